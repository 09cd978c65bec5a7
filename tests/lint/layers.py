"""lint.layers ROOT: the folders of src/ include each other as their CMakeLists.txt say.

The order of folders is the one in src/CMakeLists.txt. Checked:
- USES names only folders above (so there are no cycles);
- each #include "folder/…" goes to the own folder or to one of USES, and USES has no other;
- a third-party header is included by one folder only.
A folder without a CMakeLists.txt (headers only, not built yet) may include any folder above.
"""

import os
import re
import sys

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
# C and POSIX: everybody's. (C++ headers have neither a dot nor a slash.)
SYSTEM_FOLDERS = {"sys", "netinet", "arpa", "linux", "net", "bits"}
SYSTEM_HEADERS = {
    "assert.h", "ctype.h", "dirent.h", "dlfcn.h", "errno.h", "fcntl.h", "glob.h", "inttypes.h",
    "limits.h", "locale.h", "malloc.h", "math.h", "netdb.h", "poll.h", "pthread.h", "pwd.h",
    "sched.h", "signal.h", "stdint.h", "stddef.h", "stdio.h", "stdlib.h", "string.h", "strings.h",
    "syslog.h", "termios.h", "time.h", "unistd.h", "cxxabi.h", "execinfo.h", "getopt.h",
    "fnmatch.h", "spawn.h", "ifaddrs.h", "byteswap.h", "endian.h", "immintrin.h",
    "x86intrin.h", "nmmintrin.h", "wait.h",
}
# The parts of one library that do not carry its name.
SAME_LIBRARY = {"mysql": "mariadb", "mysql.h": "mariadb", "mysqld_error.h": "mariadb",
                "errmsg.h": "mariadb", "sqlite3ext.h": "sqlite3", "sqlite3.h": "sqlite3"}


def words_of(root, path, pattern):
    found = re.search(pattern, re.sub(r"#.*", "", tree.text(root, path) or ""), re.S)
    return found.group(1).split() if found else []


def order_of(root):
    return words_of(root, "src/CMakeLists.txt", r"foreach\(\s*folder\s+([^)]*)\)")


def uses_of(root, folder):
    """What the folder declares, or None when it has no CMakeLists.txt."""
    path = f"src/{folder}/CMakeLists.txt"
    if not os.path.exists(os.path.join(root, path)):
        return None
    return words_of(root, path, r"streamworker_folder\([^)]*?\bUSES\s+([^)]*?)(?:\)|\bNEEDS\b|\bSOURCES\b)")


def folder_of(path, order):
    """The folder of src/ a file belongs to: log/kafka/x.h is in log/kafka, not in log."""
    inside = os.path.dirname(path)
    while inside and inside not in order:
        inside = os.path.dirname(inside)
    return inside


def library_of(header):
    """The third-party library of an <angle> include, or None for C++, C and POSIX."""
    first = header.split("/")[0]
    if "/" in header:
        return None if first in SYSTEM_FOLDERS else SAME_LIBRARY.get(first, first)
    if "." not in header or header in SYSTEM_HEADERS:
        return None
    return SAME_LIBRARY.get(header, os.path.splitext(header)[0])


class Layers:
    def __init__(self, root):
        self.root = root
        self.order = order_of(root)
        self.uses = {f: uses_of(root, f) for f in self.order}
        self.used = {f: set() for f in self.order}
        self.homes = {}  # library → {folder: the first file that includes it}
        self.errors = []

    def check(self):
        self.check_declarations()
        for path in tree.sources(self.root):
            if path.startswith("src/"):
                self.check_file(path)
        self.check_unused()
        self.check_libraries()
        return self.errors

    def check_declarations(self):
        if not self.order:
            self.errors.append("src/CMakeLists.txt: error: no foreach(folder …) with the order")
        for place, folder in enumerate(self.order):
            for used in self.uses[folder] or []:
                if used not in self.order[:place]:
                    self.errors.append(f"src/{folder}/CMakeLists.txt: error: USES {used}, which "
                                       "is not above it in src/CMakeLists.txt")

    def check_file(self, path):
        folder = folder_of(path[len("src/"):], self.order)
        if not folder and "/" in path[len("src/"):]:
            self.errors.append(f"{path}: error: its folder is not in src/CMakeLists.txt")
            return
        for kind, header in INCLUDE.findall(tree.text(self.root, path) or ""):
            if kind == "<":
                library = library_of(header)
                if library:
                    self.homes.setdefault(library, {}).setdefault(folder, path)
            elif folder:
                self.check_include(path, folder, header)

    def check_include(self, path, folder, header):
        target = folder_of(header, self.order)
        if not os.path.exists(os.path.join(self.root, "src", header)):
            self.errors.append(f'{path}: error: "{header}" is not a path from src/')
        elif target != folder:
            self.used[folder].add(target)
            if not self.allowed(folder, target):
                self.errors.append(f'{path}: error: {folder} includes "{header}", but its USES '
                                   f"has no {target or 'file beside the folders'}")

    def allowed(self, folder, target):
        if self.uses[folder] is None:
            return target in self.order[:self.order.index(folder)]
        return target in self.uses[folder]

    def check_unused(self):
        for folder in self.order:
            for target in sorted(set(self.uses[folder] or []) - self.used[folder]):
                self.errors.append(f"src/{folder}/CMakeLists.txt: error: USES {target}, "
                                   "but includes nothing of it")

    def check_libraries(self):
        for library, homes in sorted(self.homes.items()):
            if len(homes) > 1:
                places = ", ".join(sorted(homes.values()))
                self.errors.append(f"{library}: error: included by more than one folder: {places}")


def main(root):
    tree.finish("layers", Layers(root).check(), f"{len(order_of(root))} folders")


if __name__ == "__main__":
    main(sys.argv[1])
