"""The frame of a black-box test: `python3 tests/e2e/NAME.py EXECUTABLE [unittest's arguments]`.

Ends with 77, which ctest calls skipped, when a server that it needs is not named in the environment;
with STREAMWORKER_SERVERS=required (as tests/run.sh has it) with 1.
"""

import os
import shutil
import sys
import tempfile
import time
import unittest

from .worker import Worker

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
SKIPPED = 77


class Case(unittest.TestCase):
    binary = None  # set by `run`

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="e2e-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.workers = []
        self.addCleanup(self.show_logs)

    def unique(self, name):
        """A name that no other run uses, for topics, groups and databases."""
        return f"{name}_{os.getpid()}_{time.time_ns() // 1000000}"

    def worker(self, config, **options):
        """A worker that is gone when the test ends, however it ends."""
        options.setdefault("name", f"worker{len(self.workers) + 1}")
        worker = Worker(self.binary, config, self.folder, **options)
        self.workers.append(worker)
        self.addCleanup(worker.close)
        return worker

    def show_logs(self):
        if self.failed():
            for worker in self.workers:
                print(f"--- {worker.name}, the end of its log\n{worker.tail(60)}", file=sys.stderr)

    def failed(self):
        result = self._outcome.result
        return any(self is test for test, _ in result.failures + result.errors) or (
            getattr(self._outcome, "success", True) is False)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def run(needs=()):
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(f"usage: {sys.argv[0]} EXECUTABLE [unittest's arguments]")
    Case.binary = os.path.abspath(sys.argv.pop(1))
    missing = [name for name in needs if not os.environ.get(name)]
    if missing:
        print(f"not run: {', '.join(missing)} not set (see tests/stack/stack.sh)")
        sys.exit(1 if os.environ.get("STREAMWORKER_SERVERS") == "required" else SKIPPED)
    unittest.main(verbosity=2)
