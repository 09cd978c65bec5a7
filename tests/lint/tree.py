"""The files of the tree that the checks look at: what git tracks or would add."""

import os
import subprocess
import sys

NOT_OURS = {".git", "build", "__pycache__", ".cache"}


def files(root):
    """Paths relative to root. Without git (an unpacked archive): all but build folders."""
    try:
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={root}", "-C", root, "ls-files", "-z",
             "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = walk(root)
    return sorted(f for f in listed if f and os.path.isfile(os.path.join(root, f)))


def walk(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in NOT_OURS]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def sources(root):
    return [f for f in files(root) if f.endswith((".h", ".cc"))]


def text(root, path):
    """The text of a file, or None when it is not UTF-8 text."""
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        return None


def finish(name, errors, looked_at):
    """Prints what is wrong, one line each, and ends the program: 0 when nothing is."""
    for error in errors:
        print(error)
    print(f"{name}: {len(errors)} errors, {looked_at} looked at")
    sys.exit(1 if errors else 0)
