"""Starts with servers absent, and servers that go while it runs: it waits with the reason on
/health/ready, costs next to nothing meanwhile, and is exact afterwards.

On servers of its own, since it stops them. `--long` after the executable: a topic that is deleted, too. A watchdog of seconds runs along: none of this is a stall.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from harness import case
from harness.kafka import Kafka
from harness.mysql import Mysql
from harness.stack import Stack
from harness.waiting import wait_until

RECORDS = 2000  # a part
LONG = "--long" in sys.argv
CANARY = "canary-8c1f"
SASL = """
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=\
  org.apache.kafka.common.security.plain.PlainLoginModule required user_worker="right";
"""
# A broker that was killed comes back when the controller has missed it: 9 s, if not said otherwise.
SESSION = "broker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=500\n"
CPU_SHARE = 0.05  # of one core, while it waits
MEASURED = 2  # seconds
BEYOND_EXIT = 5  # longer than watchdog.exit
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
instance: one
watchdog: {{stall: 2s, exit: 4s}}
databases:
  shop: {{url: "{url}"}}
streams:
  numbers: {{topic: {app}-in, partitions: 2, schema: {{number: int}}}}
pipelines:
  copy:
    from: numbers
    sink: {{topic: {app}-out}}
  store:
    from: numbers
    batch: {{size: 100, window: 100ms}}
    sink: {{database: shop, table: numbers, insert: true}}
"""


TESTS = ["test_servers_go_and_come", "test_kafka_is_absent_at_a_start"]
if LONG:
    TESTS.append("test_a_topic_is_deleted_while_it_runs")


class AbsentServers(case.Case):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="e2e-stack-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.stack = Stack(folder)
        cls.addClassCleanup(cls.stack.stop)
        # A broker that lives for seconds is not worth its compiler's second stage.
        os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        with open(os.path.join(folder, "kafka.more"), "w", encoding="utf-8") as file:
            file.write(SESSION)
        cls.servers = cls.stack.start()

    def setUp(self):
        super().setUp()
        self.kafka = Kafka(self.servers["KAFKA_BROKERS"])
        self.mysql = Mysql(self.servers["MYSQL_PORT"], self.unique("e2e"))
        self.mysql.create()
        # Without a key: a record that is written twice is there twice.
        self.mysql.run("CREATE TABLE numbers (number BIGINT) ENGINE=InnoDB")
        self.app = self.unique("absent")
        self.config = self.write("absent.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, url=self.mysql.url()))
        self.produced = 0

    def produce(self):
        self.kafka.produce(self.app + "-in", (
            (number % 2, None, b'{"number": %d}' % number)
            for number in range(self.produced, self.produced + RECORDS)))
        self.produced += RECORDS

    def keep_producing(self, ended):
        """One record a millisecond until `ended` is set; the thread ends when Kafka has them all."""
        def records():
            while not ended.wait(0.001):
                yield self.produced % 2, None, b'{"number": %d}' % self.produced
                self.produced += 1
        thread = threading.Thread(target=self.kafka.produce, args=(self.app + "-in", records()))
        thread.start()
        return thread

    def reasons(self, worker):
        return {reason["what"]: reason for reason in worker.get_json("/health/ready")["reasons"]}

    def wait_for_reason(self, worker, what, seconds=15):
        return wait_until(lambda: f"{what} is a reason; {self.reasons(worker)}",
                          lambda: self.reasons(worker).get(what), seconds)

    def check_cpu(self, worker):
        """The share of one core that the process takes for a while."""
        def ticks():
            with open(f"/proc/{worker.pid}/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        before, began = ticks(), time.monotonic()
        time.sleep(MEASURED)
        share = (ticks() - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)
        print(f"CPU while it waits: {share:.1%}", flush=True)
        self.assertLess(share, CPU_SHARE)

    def numbers_out(self):
        found = self.kafka.read(self.app + "-out")
        return sorted(json.loads(message.value())["number"]
                      for messages in found.values() for message in messages)

    def stored(self):
        return [row[0] for row in self.mysql.run("SELECT number FROM numbers ORDER BY number")]

    def check_exact(self, worker):
        wait_until("all is stored", lambda: len(self.stored()) >= self.produced, 30, 0.2)
        wait_until("all is copied", lambda: len(self.numbers_out()) >= self.produced, 30, 0.2)
        self.assertEqual(self.stored(), list(range(self.produced)))
        self.assertEqual(self.numbers_out(), list(range(self.produced)))
        self.assertTrue(worker.running())

    def lines(self, worker, text):
        return [line for line in worker.log().decode().splitlines() if text in line]

    def test_servers_go_and_come(self):
        """The broker while it works, the broker before a stop, then both at a start."""
        worker = self.worker(self.config).start().wait_ready()
        self.produce()
        self.check_exact(worker)
        self.stack.call("kafka.sh", "kill")
        away = self.wait_for_reason(worker, "kafka away", 20)
        self.assertEqual(away["brokers"], self.kafka.brokers)
        self.check_cpu(worker)
        self.stack.call("kafka.sh", "start")
        self.produce()
        self.check_exact(worker)
        worker.wait_ready()
        for words in ("kafka 127.0.0.1:%s away (" % self.kafka.brokers.rsplit(":", 1)[1],
                      "kafka %s is back after" % self.kafka.brokers):
            self.assertEqual(len(self.lines(worker, words)), 1, words)
        self.assertEqual(self.lines(worker, "FAIL"), [])

        # The broker goes in the middle of transactions: the worker ends in time all the same.
        before, ended = self.produced, threading.Event()
        feed = self.keep_producing(ended)
        self.addCleanup(ended.set)
        wait_until("it is at work", lambda: len(self.stored()) > before + 100, 20)
        self.stack.call("kafka.sh", "kill")
        ended.set()
        self.wait_for_reason(worker, "kafka away", 20)
        self.assertEqual(worker.stop(13), 0)

        # Both are absent. Kafka comes first; the database is still away, which ends nothing either.
        self.stack.call("mariadb.sh", "stop")
        worker.start()
        self.wait_for_reason(worker, "kafka away")
        self.assertEqual(worker.get("/health/live")[0], 200)
        self.check_cpu(worker)
        self.stack.call("kafka.sh", "start")
        self.wait_for_reason(worker, "database away", 30)
        self.assertNotIn("kafka away", self.reasons(worker))
        self.produce()
        time.sleep(BEYOND_EXIT)
        self.assertTrue(worker.running())
        self.assertNotIn("stalled", self.reasons(worker))
        self.stack.call("mariadb.sh", "start")
        feed.join()
        worker.wait_ready()
        self.check_exact(worker)
        self.assertEqual(worker.stop(), 0)

    def test_kafka_is_absent_at_a_start(self):
        self.stack.call("kafka.sh", "stop")
        worker = self.worker(self.config).start()
        away = self.wait_for_reason(worker, "kafka away")
        self.assertIn("refused", away["error"])
        began = time.monotonic()
        self.assertEqual(worker.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)
        worker.start()
        self.wait_for_reason(worker, "kafka away")

        # It comes, and from now on has a second door, which asks for a password.
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        path = os.path.join(self.stack.folder, "kafka", "1.properties")
        with open(path, encoding="utf-8") as file:
            properties = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(properties.replace(
                "listeners=", f"listeners=SASL_PLAINTEXT://127.0.0.1:{port},", 1) + SASL)
        self.stack.call("kafka.sh", "start")
        worker.wait_ready()
        self.produce()
        self.check_exact(worker)
        self.assertEqual(worker.stop(), 0)

        # It is let in only with the right password.
        wrong, right = [self.worker(self.config, settings={
            "kafka.brokers": f"127.0.0.1:{port}",
            "kafka.properties.security.protocol": "SASL_PLAINTEXT",
            "kafka.properties.sasl.mechanism": "PLAIN",
            "kafka.properties.sasl.username": "worker",
            "kafka.properties.sasl.password": password}) for password in (CANARY, "right")]
        self.assertEqual(wrong.start().wait(30), 1)
        self.assertEqual(right.start().wait_ready().stop(), 0)
        refused = wrong.log().decode()
        self.assertIn("see sasl.mechanism, sasl.username and sasl.password", refused)
        self.assertNotIn(CANARY, refused)

    @unittest.skipUnless(LONG, "it takes half a minute until a topic counts as gone")
    def test_a_topic_is_deleted_while_it_runs(self):
        worker = self.worker(self.config).start().wait_ready()
        self.produce()
        self.check_exact(worker)
        self.kafka.drop(self.app + "-in")
        self.check_cpu(worker)
        self.assertEqual(worker.wait(60), 1)
        self.assertEqual(len(self.lines(worker, "-in is gone from kafka")), 1)


def side_by_side(names):
    """A process for each, on servers of its own: mostly they wait. The worst of their exit codes."""
    more = ["--long"] if LONG else []
    running = [subprocess.Popen([sys.executable, "-B", *sys.argv, *more, "AbsentServers." + name])
               for name in names]
    return max(abs(process.wait()) for process in running)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    if len(sys.argv) == 2:
        sys.exit(side_by_side(TESTS))
    case.run()
