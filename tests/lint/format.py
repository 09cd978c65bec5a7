"""lint.format ROOT: every .h and .cc is as clang-format would write it."""

import subprocess
import sys

import linter
import tree


def main(root):
    clang_format = linter.program("clang-format")
    sources = tree.sources(root)
    run = subprocess.run([clang_format, "--dry-run", "-Werror", "--ferror-limit=3", *sources],
                         cwd=root, check=False)
    if run.returncode != 0:
        print(f"to repair: {clang_format} -i $(git ls-files '*.h' '*.cc')")
    print(f"format: {len(sources)} files looked at")
    sys.exit(1 if run.returncode else 0)


if __name__ == "__main__":
    main(sys.argv[1])
