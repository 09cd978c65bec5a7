"""lint.texts ROOT: no path of somebody's machine, no registry's address, no note to self.

The patterns are written so that this file does not contain what it looks for.
"""

import re
import sys

import tree

RULES = [
    (r"(?<![\w.*/}$-])/(home|root|Users|work|mnt)/[\w.]",
     "a path of one machine; use a relative path or a parameter"),
    (r"\b(deb[.]debian|snapshot[.]debian|archive[.]ubuntu|ports[.]ubuntu)[.]\w+",
     "a registry's address; the machine's own package sources are used"),
    (r"\b(repo1?[.]maven|repo[.]maven[.]apache|maven[.]google|jitpack)[.]\w+",
     "a registry's address; Maven's own settings are used"),
    (r"\b(pypi[.]org|pypi[.]python|python[h]osted|registry[.]npmjs|crates[.]io|ruby[g]ems)\b",
     "a registry's address; the client's own settings are used"),
    (r"\b(TO[D]O|FIX[M]E|XX[X])\b", "a note to self; do it, or open an issue"),
]


def check(root):
    errors = []
    for path in tree.files(root):
        for number, line in enumerate((tree.text(root, path) or "").split("\n"), 1):
            for pattern, why in RULES:
                found = re.search(pattern, line)
                if found:
                    errors.append(f"{path}:{number}: error: {found.group(0)}: {why}")
    return errors


def main(root):
    tree.finish("texts", check(root), f"{len(tree.files(root))} files")


if __name__ == "__main__":
    main(sys.argv[1])
