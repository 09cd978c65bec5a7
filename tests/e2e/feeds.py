"""Feeds: the changes of a table and the records of a stream, as server-sent events and with
`streamworker tap`. Rows equal those of a fold, a client that does not read holds nobody up and is
told what it lost, too many are sent away, a stop ends all."""

import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
import threading
import time
from collections import defaultdict

from confluent_kafka import Producer

from harness import case
from harness.kafka import Kafka
from harness.murmur2 import java_partition
from harness.waiting import wait_until

PARTITIONS, MOST = 4, 64
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
commit: {{interval: 50ms}}
streams:
  orders:
    topic: {app}-in
    key: customer
    schema: {{customer: string, amount: int}}
  unread: {{topic: {app}-unread, schema: {{customer: string}}}}
tables:
  customers:
    from: orders
    key: customer
    columns: {{n: count(*), total: sum(amount)}}
  rates: {{topic: {app}-rates, key: currency, global: true, schema: {{currency: string, rate: int}}}}
"""


class Feed:
    """A client of a feed, on a thread of its own: its events as (name, data)."""

    def __init__(self, port, path):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()
        self.socket = self.connection.sock  # which the connection forgets with the answer's head
        self.connection.request("GET", path)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, (self.answer.status, self.answer.read())
        self.events, self.ended = [], False
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        name = ""
        for line in self.answer:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text[7:]
            elif text.startswith("data: "):
                self.events.append((name, json.loads(text[6:])))
                name = ""
        self.ended = True  # by the server, or by `close`

    def data(self):
        return [data for name, data in self.events if name == ""]

    def named(self, name):
        return [data for one, data in self.events if one == name]

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.answer.close()


def silent_client(port, path):
    """One that asks for a feed and does not read it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return client


class Feeds(case.Case):
    def setUp(self):
        super().setUp()
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("feeds")
        self.kafka.create(self.app + "-in", PARTITIONS)
        self.kafka.create(self.app + "-unread", 1)
        self.kafka.create(self.app + "-rates", 1, cleanup_policy="compact")
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.config = self.write("feeds.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers))
        self.process = self.worker(self.config).start().wait_ready()

    def follow(self, path):
        feed = Feed(self.process.port(), path)
        wait_until("the feed has begun", lambda: feed.named("start"))
        return feed

    def produce(self, orders):
        """[(customer, amount)], each to its partition."""
        producer = Producer({"bootstrap.servers": self.kafka.brokers, "enable.idempotence": True,
                             "queue.buffering.max.messages": 1000000})
        for customer, amount in orders:
            producer.produce(self.app + "-in",
                             json.dumps({"customer": customer, "amount": amount}).encode(),
                             customer.encode(), java_partition(customer.encode(), PARTITIONS))
            producer.poll(0)
        self.assertEqual(producer.flush(60), 0)

    def total(self, customer):
        status, body = self.process.get(f"/tables/customers/{customer}")
        return json.loads(body)["value"]["n"] if status == 200 else 0

    # A feed and a fold.

    def test_a_feed_of_a_table_equals_the_changes_that_a_fold_makes(self):
        feed, one = self.follow("/tables/customers/changes"), self.follow(
            "/tables/customers/changes?key=c3")
        orders = [(f"c{i % 7}", i) for i in range(400)]
        self.produce(orders)
        history, wanted = defaultdict(list), {}
        for customer, amount in orders:
            before = wanted.get(customer, {"n": 0, "total": 0})
            wanted[customer] = {"n": before["n"] + 1, "total": before["total"] + amount}
            history[customer].append(wanted[customer])

        def last():
            return {event["key"]: event["value"] for event in feed.data()}

        wait_until("the last change of each key was told", lambda: last() == wanted)
        for customer, rows in history.items():
            told = [event["value"] for event in feed.data() if event["key"] == customer]
            self.assertEqual(told, [row for row in rows if row in told])  # in order, each once
        self.assertEqual(feed.named("dropped"), [])
        wait_until("the feed of one key has its last",
                   lambda: one.data() and one.data()[-1]["value"] == wanted["c3"])
        self.assertEqual({event["key"] for event in one.data()}, {"c3"})
        self.assertEqual(feed.named("start")[0]["partitions"],
                         {"here": list(range(PARTITIONS)), "of": PARTITIONS})
        for each in (feed, one):
            each.close()

    def test_a_stream_and_a_global_table(self):
        tail, rates = self.follow("/streams/orders/tail?limit=3"), self.follow(
            "/tables/rates/changes")
        self.produce([("é", 1), ("b", 2), ("é", 3)])
        self.kafka.produce(self.app + "-rates", [(0, b"EUR", b'{"currency": "EUR", "rate": 2}'),
                                                 (0, b"EUR", None)])
        wait_until("the tail has ended at its limit", lambda: tail.ended)
        self.assertEqual(sorted((event["key"], event["value"]["amount"]) for event in tail.data()),
                         [("b", 2), ("é", 1), ("é", 3)])
        self.assertEqual(tail.named("end"), [{"why": "limit"}])
        wait_until("the rate came and went", lambda: rates.data() == [
            {"key": "EUR", "value": {"rate": 2}}, {"key": "EUR", "value": None}])
        rates.close()
        self.assertEqual(self.process.get("/streams/unread/tail")[0], 404)
        self.assertEqual(self.process.get("/streams/customers/tail")[0], 404)

    # Bounds.

    def test_who_does_not_read_holds_nobody_up_and_is_told_what_it_lost(self):
        slow = silent_client(self.process.port(), "/streams/orders/tail")
        quick = self.follow("/streams/orders/tail")
        rounds, count, customer = 10, 500, "c" * 4000
        for number in range(rounds):
            self.produce([(customer, i) for i in range(count)])
            wait_until("the worker has taken all of it",
                       lambda n=number: self.total(customer) == (n + 1) * count)
        self.assertEqual(self.process.get("/health/ready")[0], 200)

        def told(feed):
            return len(feed.data()) + sum(sum(left.values()) for left in feed.named("dropped"))

        wait_until("what the quick one heard, and what was left out, is everything",
                   lambda: told(quick) == rounds * count)
        slow.settimeout(30)
        heard = b""
        while not re.search(rb'event: dropped\ndata: {"slow":[1-9]', heard):
            more = slow.recv(1 << 16)
            self.assertTrue(more, heard[-300:])
            heard = heard[-100:] + more
        slow.close()
        quick.close()

    def test_too_many_are_sent_away_and_everything_else_answers(self):
        feeds = [self.follow("/tables/customers/changes") for _ in range(MOST)]
        status, body = self.process.get("/streams/orders/tail")
        self.assertEqual(status, 503, body)
        self.assertIn(b"64 feeds", body)
        for path in ("/health/live", "/health/ready", "/metrics", "/tables"):
            self.assertEqual(self.process.get(path)[0], 200)
        self.produce([("a", 1)])
        for feed in feeds:
            wait_until("each has heard it", feed.data)
        for feed in feeds:
            feed.close()

        def again():
            try:
                self.follow("/streams/orders/tail").close()
                return True
            except AssertionError:
                return False

        wait_until("their places are free again", again)

    def test_a_stop_ends_feeds(self):
        feeds = [self.follow("/tables/customers/changes"), self.follow("/streams/orders/tail")]
        self.assertEqual(self.process.stop(), 0)
        for feed in feeds:
            wait_until("the feed has ended", lambda one=feed: one.ended)
            self.assertEqual(len(feed.named("end")), 1, feed.events)

    # The command.

    def tap(self, *arguments, **how):
        return subprocess.Popen(
            [self.process.binary, "tap", "-c", self.config, "--http-port",
             str(self.process.port()), *arguments],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **how})

    def produce_until_ended(self, tap, customer):
        """Somebody who taps hears what comes after; nobody knows when it has begun."""
        wait_until("the tap has ended",
                   lambda: self.produce([(customer, 5)]) or tap.poll() is not None, 30)

    def test_tap(self):
        tap = self.tap("customers", "--limit", "2", "--key", "k")
        self.produce_until_ended(tap, "k")
        out, errors = tap.communicate()
        self.assertEqual(tap.returncode, 0, errors)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["key"] for line in lines], ["k", "k"])
        tap = self.tap("orders", "--limit", "1")
        self.produce_until_ended(tap, "brian")
        self.assertEqual(json.loads(tap.communicate()[0])["value"], {"customer": "brian", "amount": 5})
        self.assertEqual(tap.returncode, 0)

    def test_tap_on_a_terminal_until_ctrl_c(self):
        ours, theirs = pty.openpty()
        tap = self.tap("customers", stdout=theirs)
        os.close(theirs)
        lines = []

        def read():
            with open(ours, encoding="utf-8", errors="replace") as terminal:
                try:
                    lines.extend(iter(terminal.readline, ""))
                except OSError:
                    pass  # its other end was closed

        reader = threading.Thread(target=read)
        reader.start()
        wait_until("a line came", lambda: self.produce([("jo", 1), ("brian", 1)]) or len(lines) > 3)
        tap.send_signal(signal.SIGINT)
        _, errors = tap.communicate(timeout=20)
        reader.join()
        self.assertEqual(tap.returncode, 0, errors)
        self.assertIn("following table customers", errors)
        self.assertRegex(lines[0], r'^\d{4}-\d\d-\d\dT\S+Z +(jo|brian) +\{"n":\d+,"total":\d+\}')

    def test_what_tap_says(self):
        for arguments, code, message in ((("custmers",), 78, 'did you mean "customers"?'),
                                         (("unread",), 1, "no pipeline and no table reads"),
                                         (("customers", "--limit", "0"), 64, "--limit")):
            tap = self.tap(*arguments)
            _, errors = tap.communicate(timeout=20)
            self.assertEqual(tap.returncode, code, errors)
            self.assertIn(message, errors)
        tap = self.tap("customers")
        time_left = time.monotonic() + 20
        self.assertEqual(self.process.stop(), 0)
        _, errors = tap.communicate(timeout=max(1, time_left - time.monotonic()))
        self.assertEqual(tap.returncode, 69, errors)
        tap = self.tap("customers")
        _, errors = tap.communicate(timeout=20)
        self.assertEqual(tap.returncode, 69)
        self.assertIn("is the worker running", errors)


if __name__ == "__main__":
    case.run(needs=("KAFKA_BROKERS",))
