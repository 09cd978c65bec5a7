"""lint.service DEPLOY: deploy/streamworker.service is right for systemd, and exposes little.

Without systemd-analyze it is skipped (77). The executables are taken to be there: they are replaced.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

MOST_EXPOSURE = 20  # tenths: 2.0 of 10
SKIPPED = 77


def main(top):
    if shutil.which("systemd-analyze") is None:
        print("not run: there is no systemd-analyze")
        return SKIPPED
    with open(os.path.join(top, "deploy", "streamworker.service"), encoding="utf-8") as file:
        unit = re.sub(r"(?m)^(Exec\w+=)/usr/local/bin/streamworker", r"\1/bin/true", file.read())
    with tempfile.TemporaryDirectory(prefix="lint-") as folder:
        path = os.path.join(folder, "streamworker.service")
        with open(path, "w", encoding="utf-8") as file:
            file.write(unit)
        verify = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True)
        security = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", path],
            capture_output=True, text=True)
    print(security.stdout.strip().splitlines()[-1] if security.stdout else security.stderr)
    print(verify.stderr, end="")
    wrong = verify.returncode != 0 or "streamworker.service:" in verify.stderr
    return 1 if wrong or security.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
