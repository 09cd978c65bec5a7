"""Which clang-format and clang-tidy judge: one version, whatever the machine's default is.

Another version formats and warns differently, so without this one the tests are skipped.
"""

import shutil
import subprocess
import sys

VERSION = 14
SKIPPED = 77


def program(name):
    """The path of the linter, or the end of the program as a skipped test."""
    for candidate in (f"{name}-{VERSION}", name):
        path = shutil.which(candidate)
        if path and f"version {VERSION}." in version(path):
            return path
    print(f"skipped: needs {name} {VERSION} (deploy/install-deps.sh test)")
    sys.exit(SKIPPED)


def version(path):
    return subprocess.run([path, "--version"], check=True, capture_output=True, text=True).stdout
