"""lint.tidy ROOT BUILD: clang-tidy, with the .clang-tidy of the tree, over all .cc of src/.

Runs in parallel on all cores. What was found clean is remembered in BUILD/tidy by the content of
everything of ours that went into it, so that only files which changed (or whose headers did) are
looked at again. Only clean results are kept: a finding is shown each time.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

import linter
import tree

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def closure(root, path, seen):
    """Adds to seen the file and all of ours that it includes, directly or not."""
    if path in seen or not os.path.exists(os.path.join(root, path)):
        return
    seen.add(path)
    for header in INCLUDE.findall(tree.text(root, path) or ""):
        closure(root, f"src/{header}", seen)


def fingerprint(root, path, command, version):
    seen = set()
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


class Tidy:
    def __init__(self, root, build):
        self.root, self.build = root, build
        self.program = linter.program("clang-tidy")
        self.version = linter.version(self.program)
        self.cache = os.path.join(build, "tidy")
        os.makedirs(self.cache, exist_ok=True)

    def check(self, item):
        """None when clean; else what clang-tidy said."""
        path, command = item
        mark = os.path.join(self.cache, fingerprint(self.root, path, command, self.version))
        if os.path.exists(mark):
            return None
        run = subprocess.run([self.program, "-p", self.build, "--quiet",
                              "--extra-arg=-Wno-unknown-warning-option", path],
                             cwd=self.root, check=False, capture_output=True, text=True)
        if run.returncode != 0:
            return f"{run.stdout}{run.stderr if not run.stdout else ''}".strip()
        with open(mark, "w", encoding="utf-8"):
            return None


def main(root, build):
    tidy = Tidy(root, build)
    built = commands(root, build)
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        said = [text for text in pool.map(tidy.check, built.items()) if text]
    for text in said:
        print(text.replace(os.path.realpath(root) + "/", ""))
    print(f"tidy: {len(said)} files with errors, {len(built)} looked at")
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
