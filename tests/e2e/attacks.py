"""The HTTP attacks against a running worker: its memory stays flat, it answers, it goes on working."""

import contextlib
import io
import sys
from unittest import mock

import http_attacks
from harness import case
from harness.waiting import wait_until

PIPELINE = """
app: attacked
kafka: {brokers: embedded}
streams:
  numbers:
    generate: {rate: 200/s, fields: {number: "random_between(1, 1000)"}}
    schema: {number: int}
pipelines:
  copy:
    from: numbers
    sink: {topic: copied}
"""


class Attacks(case.Case):
    def test_all(self):
        worker = self.worker(self.write("attacked.yaml", PIPELINE)).start().wait_ready()
        # What grows at the start (buffers, caches) has grown by then.
        wait_until("it works", lambda: self.consumed(worker) > 1000, 60)
        before = self.consumed(worker)
        said = io.StringIO()
        options = ["http_attacks", "--port", str(worker.port()), "--pid", str(worker.pid)]
        with mock.patch.object(sys, "argv", options), contextlib.redirect_stdout(said):
            failed = http_attacks.main()
        self.assertEqual(failed, 0, said.getvalue())
        self.assertTrue(worker.ready())
        self.assertGreater(self.consumed(worker), before)
        self.assertEqual(worker.stop(), 0)

    @staticmethod
    def consumed(worker):
        return worker.metrics().total("streamworker_records_consumed_total")


if __name__ == "__main__":
    case.run()
