"""The harness itself, without servers and without the executable."""

import contextlib
import os
import socket
import stat
import threading
import unittest
from decimal import Decimal

from harness import case, changelog, proxy
from harness.classifieds_data import all_characters, classifieds, row_of
from harness.metrics import Metrics
from harness.murmur2 import java_partition, murmur2
from harness.mysql import chooses_database, split_script
from harness.proxy import CUT_AFTER, CUT_BEFORE, END_TXN, HELD, KafkaFrames, MysqlFrames, Proxy
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


class Record:
    def __init__(self, key, value):
        self.key, self.value = lambda: key, lambda: value


class Commits(threading.Thread):
    """A server of Kafka's frames: it answers each request with its correlation id, and keeps what
    it got."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.got = []
        self.start()

    def run(self):
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                with self.listener.accept()[0] as connection:
                    self.answer(connection.makefile("rwb"))

    def answer(self, connection):
        with contextlib.suppress(OSError):
            while head := connection.read(4):
                request = connection.read(int.from_bytes(head, "big"))
                self.got.append(int.from_bytes(request[:2], "big"))
                connection.write((4).to_bytes(4, "big") + request[4:8])
                connection.flush()


def ask(client, key, number):
    """The correlation id of the answer; None: the connection was cut."""
    try:
        client.sendall(b"\0\0\0\x08" + key.to_bytes(2, "big") + b"\0\1" + number.to_bytes(4, "big"))
        answer = client.recv(8)
    except OSError:
        return None
    return int.from_bytes(answer[4:], "big") if answer else None


class Proxies(unittest.TestCase):
    def setUp(self):
        self.server = Commits()
        self.addCleanup(self.server.listener.close)
        self.proxy = Proxy(KafkaFrames, {0: self.server.port})
        self.addCleanup(self.proxy.close)

    def client(self):
        client = socket.create_connection(("127.0.0.1", self.proxy.ports[0]), timeout=10)
        self.addCleanup(client.close)
        return client

    def cut(self, where):
        """What a client hears of its commit; a cut waits for one."""
        client, heard = self.client(), []
        asker = threading.Thread(target=lambda: heard.extend(
            ask(client, key, number) for number, key in enumerate((1, END_TXN), 7)))
        self.proxy.loop.call_soon_threadsafe(self.proxy.cuts.append, where)
        asker.start()
        asker.join(10)
        return heard

    def test_what_is_no_commit_passes(self):
        client = self.client()
        self.assertEqual([ask(client, key, 5) for key in (1, END_TXN, 3)], [5, 5, 5])
        self.assertEqual(self.server.got, [1, END_TXN, 3])

    def test_cut_before_the_server_has_it(self):
        self.assertEqual(self.cut(CUT_BEFORE), [7, None])
        self.assertEqual(self.server.got, [1])

    def test_cut_before_the_client_hears_of_it(self):
        self.assertEqual(self.cut(CUT_AFTER), [7, None])
        self.assertEqual(self.server.got, [1, END_TXN])

    def test_a_commit_that_is_held_comes_without_its_client(self):
        proxy.HELD_FOR = 0.3
        client = self.client()
        self.assertEqual(ask(client, 1, 5), 5)
        self.proxy.loop.call_soon_threadsafe(self.proxy.cuts.append, HELD)
        client.sendall(b"\0\0\0\x08" + END_TXN.to_bytes(2, "big") + b"\0\1\0\0\0\1")
        wait_until("it is held", lambda: self.proxy.done[HELD])
        client.close()
        self.assertEqual(self.server.got, [1])
        wait_until("the server has it", lambda: self.server.got == [1, END_TXN])

    def test_all_are_cut(self):
        client = self.client()
        self.assertEqual(ask(client, 1, 5), 5)
        self.assertEqual(self.proxy.cut_all(), 1)
        self.assertIsNone(ask(client, 1, 6))
        self.assertEqual(ask(self.client(), 1, 7), 7)

    def test_a_commit_of_mysql(self):
        for text, wanted in ((b"\x03COMMIT", True), (b"\x03commit ", True), (b"\x03SELECT 1", False),
                             (b"\x16COMMIT", False)):
            packet = len(text).to_bytes(3, "little") + b"\0" + text
            self.assertEqual(MysqlFrames.is_commit(packet), wanted, text)


class Pieces(unittest.TestCase):
    def test_rows_of_a_changelog(self):
        calls = {"n": changelog.count, "total": changelog.exact_sum, "newest": changelog.one}
        held = {"n": 2, "total": -3, "newest": 150}
        data = bytes([1, 1, 0, 1, 2, 2, changelog.DECIMAL, 0, 5, changelog.INT, 0xAC, 2])
        self.assertEqual(changelog.row(data, calls), held)
        messages = [Record(b"\1a", data), Record(b"\1b", data), Record(b"\1b", None),
                    Record(b"\0", b"\1\1\1t\2\x0a\0" + b"\0" * 5)]
        rows, progress = changelog.fold(messages, calls)
        self.assertEqual(rows, {"a": held})
        self.assertEqual(progress.inputs, {("t", 1): 5})
        self.assertEqual(changelog.place(b"\x80\0\0\0\0\0\x27\x10k", True), ("k", 10000))
        with self.assertRaisesRegex(AssertionError, "cut off"):
            changelog.row(data[:-1], calls)

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
