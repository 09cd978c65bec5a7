"""lint.size ROOT: no .h or .cc over 500 lines; a warning over 300. (Functions: clang-tidy.)"""

import sys

import tree

LIMIT = 500
WARNING = 300


def check(root):
    """(errors, warnings), one line each."""
    errors, warnings = [], []
    for path in tree.sources(root):
        lines = (tree.text(root, path) or "").count("\n")
        if lines > LIMIT:
            errors.append(f"{path}: error: {lines} lines; the limit is {LIMIT}")
        elif lines > WARNING:
            warnings.append(f"{path}: warning: {lines} lines; aim for {WARNING}")
    return errors, warnings


def main(root):
    errors, warnings = check(root)
    for warning in warnings:
        print(warning)
    tree.finish("size", errors, f"{len(tree.sources(root))} files")


if __name__ == "__main__":
    main(sys.argv[1])
