"""The harness itself, without servers and without the executable."""

import os
import stat
import unittest
from decimal import Decimal

from harness import case
from harness.classifieds_data import all_characters, classifieds, row_of
from harness.metrics import Metrics
from harness.murmur2 import java_partition, murmur2
from harness.mysql import chooses_database, split_script
from harness.waiting import wait_still, wait_until

FAKE_WORKER = """#!/usr/bin/python3
import http.server, signal, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()
        self.wfile.write(b"x_total{a=\\"b\\"} 3\\n")
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("http http://127.0.0.1:%d" % server.server_port, *sys.argv[1:], flush=True)
server.serve_forever()
"""


class Pieces(unittest.TestCase):
    def test_murmur2_as_java_has_it(self):
        # From the tests of Kafka's own clients (UtilsTest); Java's ints are signed.
        for key, value in ((b"21", -973932308), (b"foobar", -790332482), (b"abc", 479470107),
                           (b"a-little-bit-long-string", -985981536),
                           (b"a-little-bit-longer-string", -1486304829)):
            self.assertEqual(murmur2(key), value % 2**32)
        self.assertEqual(java_partition(b"21", 4), (-973932308 & 0x7FFFFFFF) % 4)

    def test_metrics(self):
        metrics = Metrics('# HELP a b\na_total{p="x",q="1"} 2\na_total{p="y"} 3.5\nb 1e3\n')
        self.assertEqual(metrics.total("a_total"), 5.5)
        self.assertEqual(metrics.total("a_total", p="x"), 2)
        self.assertEqual(metrics.total("b"), 1000)
        self.assertEqual(metrics.total("absent"), 0)

    def test_scripts(self):
        script = ("-- a comment\nCREATE DATABASE x;\nUSE x;\nSELECT 1; -- why\nDELIMITER //\n"
                  "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\nDELIMITER ;\nSELECT\n 3;\n")
        statements = [text for text in split_script(script) if not chooses_database(text)]
        self.assertEqual(statements, ["SELECT 1", "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
                                      "SELECT\n 3"])

    def test_waiting_names_what_did_not_come(self):
        with self.assertRaisesRegex(AssertionError, "not within 0 s: the moon"):
            wait_until("the moon", lambda: None, 0)
        values = iter([1, 2, 3] + [4] * 1000)
        self.assertEqual(wait_still("rest", lambda: next(values), 0.01, 5, 0.001), 4)
        with self.assertRaisesRegex(AssertionError, "not within 0 s: rest"):
            wait_still("rest", lambda: next(values), 1, 0)

    def test_classifieds(self):
        found = list(classifieds(150_000, 1))
        rows = [row_of(record.value) for record in found]
        self.assertEqual(set("".join(row[3] for row in rows)), set(all_characters()))
        places = {}
        for record, row in zip(found, rows):
            place = (record.partition, row[4])
            self.assertEqual(places.setdefault(row[0], place), place)
        self.assertAlmostEqual(1 - len(places) / len(rows), 0.3, 2)
        self.assertEqual(list(classifieds(500, 1)), list(classifieds(500, 1)))
        self.assertIsInstance(rows[0][5], Decimal)


class WorkerProcess(case.Case):
    def setUp(self):
        super().setUp()
        path = self.write("fake", FAKE_WORKER)
        os.chmod(path, stat.S_IRWXU)
        self.binary = path

    def test_life(self):
        worker = self.worker("a.yaml", settings={"a.b": 1}).start().wait_ready()
        self.assertIn(b"-c a.yaml --http-port 0", worker.log())
        self.assertIn(b"--set a.b=1", worker.log())
        self.assertEqual(worker.get("/absent")[0], 404)
        self.assertEqual(worker.metrics().total("x_total", a="b"), 3)
        self.assertEqual(worker.stop(), 0)
        first = worker.known_port
        worker.start().wait_ready()
        self.assertNotEqual(worker.port(), first)
        worker.kill()
        self.assertFalse(worker.running())

    def test_an_end_before_it_is_ready_is_told(self):
        self.binary = "/bin/false"
        worker = self.worker("a.yaml").start()
        with self.assertRaisesRegex(AssertionError, "ended"):
            worker.wait_ready()


if __name__ == "__main__":
    unittest.main(verbosity=2)
