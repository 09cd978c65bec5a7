"""lint.tidy ROOT BUILD: clang-tidy, with the .clang-tidy of the tree, over all .cc of src/.

Most of the time would go into the headers that files share, so files compiled with the same flags
are looked at together, in one translation unit, as far as no two of them give something the same
name; one that does not compile is taken apart again. Groups run in parallel on all cores. What was found clean is
remembered in BUILD/tidy by the content of everything of ours that went into it, so that only groups
in which something changed are looked at again. Only clean results are kept: a finding is shown each
time.
"""

import collections
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

import linter
import tree

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
# What a line at the left margin of a .cc defines, near enough: the last word before ( = { ; or <.
DEFINED = re.compile(r"^(?=\w)(?:[\w:<>,*& ]+ [*&]?)(\w+)(?:\[\])?\s*(?:[({;=]|$)", re.M)
AT_MOST = 12  # files of one group: enough to share, few enough for all cores to be busy


def closure(root, path, seen):
    """Adds to seen the file and all of ours that it includes, directly or not."""
    if path in seen or not os.path.exists(os.path.join(root, path)):
        return
    seen.add(path)
    for header in INCLUDE.findall(tree.text(root, path) or ""):
        closure(root, f"src/{header}", seen)


def fingerprint(root, paths, command, version):
    seen = set()
    for path in paths:
        closure(root, path, seen)
    digest = hashlib.sha256()
    for part in (version, command, tree.text(root, ".clang-tidy")):
        digest.update(part.encode() + b"\0")
    for each in sorted(seen):
        digest.update(each.encode() + b"\0" + tree.text(root, each).encode() + b"\0")
    return digest.hexdigest()


def commands(root, build):
    """path → compile command, of the files of src/ that are built."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {os.path.relpath(os.path.realpath(e["file"]), os.path.realpath(root)): e["command"]
             for e in entries}
    return {path: command for path, command in sorted(found.items()) if path.startswith("src/")}


def names(root, path):
    """What a file may define for itself alone."""
    local = []
    inside = False
    for line in tree.text(root, path).splitlines():
        if line == "namespace {":
            inside = True
        elif line == "}  // namespace":
            inside = False
        elif inside:
            local.append(line)
    return set(DEFINED.findall("\n".join(local)))


def groups(root, built):
    """Lists of files, each compiled with the same flags and with names of their own."""
    found = []
    alike = collections.defaultdict(list)
    for path, command in built.items():
        alike[tuple(flags(command))].append(path)
    for paths in alike.values():
        open_groups = []  # files and the names they use
        for path in paths:
            mine = names(root, path)
            for files, used in open_groups:
                if len(files) < AT_MOST and not mine & used:
                    files.append(path)
                    used |= mine
                    break
            else:
                open_groups.append(([path], mine))
        found += [files for files, _ in open_groups]
    return found


def flags(command):
    """Those of a compile command, without what it reads and writes."""
    words = shlex.split(command)
    words = words[words.index(next(w for w in words if w.startswith("-"))):]
    return words[:words.index("-o")]


class Tidy:
    def __init__(self, root, build):
        self.root, self.build = os.path.realpath(root), build
        self.built = commands(root, build)
        self.program = linter.program("clang-tidy")
        self.version = linter.version(self.program)
        self.cache = os.path.join(build, "tidy")
        os.makedirs(self.cache, exist_ok=True)

    def run(self, paths, mark):
        unit = f"{mark}.cc"
        with open(unit, "w", encoding="utf-8") as file:
            for path in paths:
                file.write(f'#include "{os.path.join(self.root, path)}"  // NOLINT\n')
        return subprocess.run(
            [self.program, "--quiet", f"--config-file={os.path.join(self.root, '.clang-tidy')}",
             r"--header-filter=/(src|tests)/.*\.(h|cc)$", unit, "--", *flags(self.built[paths[0]]),
             "-Wno-unknown-warning-option"],
            cwd=self.root, check=False, capture_output=True, text=True)

    def check(self, paths):
        """None when clean; else what clang-tidy said."""
        command = " ".join(flags(self.built[paths[0]]))
        mark = os.path.join(self.cache, fingerprint(self.root, paths, command, self.version))
        if os.path.exists(mark):
            return None
        run = self.run(paths, mark)
        os.remove(f"{mark}.cc")
        if run.returncode != 0 and len(paths) > 1 and "clang-diagnostic-error" in run.stdout:
            return "\n".join(filter(None, (self.check([path]) for path in paths))) or None
        if run.returncode != 0:
            return f"{run.stdout}{run.stderr if not run.stdout else ''}".strip()
        with open(mark, "w", encoding="utf-8"):
            return None


def main(root, build):
    tidy = Tidy(root, build)
    together = groups(root, tidy.built)
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        said = [text for text in pool.map(tidy.check, together) if text]
    for text in said:
        print(text.replace(os.path.realpath(root) + "/", ""))
    print(f"tidy: {len(said)} of {len(together)} groups with errors, "
          f"{len(tidy.built)} files looked at")
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
