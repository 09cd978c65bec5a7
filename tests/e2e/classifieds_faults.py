"""The main job while things go wrong: it must be exact each time.

On servers of its own, since it stops them. `--long` after the executable: 20 kills in place of 4, and
more of everything. The seed is printed; SEED=n in the environment repeats a run.
"""

import os
import random
import shutil
import sys
import tempfile
import time
import unittest

from harness import case
from harness.classifieds_data import classifieds
from harness.classifieds_job import ClassifiedsJob
from harness.feeder import Feeder
from harness.kafka import Kafka
from harness.mysql import Mysql
from harness.stack import Stack

LONG = "--long" in sys.argv
KILLS = 20 if LONG else 4
RATE = 2000  # records per second: faults must find it at work
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
SUSPENDED = 13  # seconds; the session timeout is 10 s
DATABASE_AWAY = 10


def records(ended):
    """All, at a steady rate."""
    began = time.monotonic()
    for found in classifieds(200_000, SEED):
        if found.number % 50 == 0 and ended.wait(
                max(0, began + found.number / RATE - time.monotonic())):
            return
        yield found.record


class ClassifiedsFaults(case.Case):
    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", file=sys.stderr)
        folder = tempfile.mkdtemp(prefix="e2e-stack-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.stack = Stack(folder)
        cls.addClassCleanup(cls.stack.stop)
        cls.servers = cls.stack.start()

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.job = ClassifiedsJob(self, Kafka(self.servers["KAFKA_BROKERS"]),
                                  Mysql(self.servers["MYSQL_PORT"], self.unique("e2e")))
        self.feeder = Feeder(self.job.kafka, self.job.topic, records)
        self.addCleanup(self.feeder.ended.set)

    def finish(self, *workers, seconds=120):
        """No more input; everything that came must be exact."""
        self.feeder.end()
        self.job.wait_finished(seconds)
        self.job.check()
        for worker in workers:
            self.assertEqual(worker.stop(), 0)
        self.job.check()

    def pause(self, least, most):
        time.sleep(self.random.uniform(least, most))

    def kill_repeatedly(self, times, worker):
        for _ in range(times):
            worker.start()
            self.pause(0.05, 3)  # of the start too
            worker.kill()
        worker.start().wait_ready()
        self.finish(worker)

    def test_kill_of_a_static_member(self):
        self.kill_repeatedly(KILLS, self.job.worker(instance="e2e"))

    @unittest.skipUnless(LONG, "each kill of a dynamic member takes a session timeout")
    def test_kill_of_a_dynamic_member(self):
        self.kill_repeatedly(KILLS, self.job.worker())

    def pair(self):
        """Two processes of two threads, on one state folder."""
        workers = self.job.worker(threads=2), self.job.worker(threads=2)
        for worker in workers:
            worker.start().wait_ready()
        return workers

    def test_two_processes_come_and_go(self):
        first, second = self.pair()
        for _ in range(5 if LONG else 1):
            self.pause(0.5, 2)
            self.assertEqual(first.stop(), 0)
            self.pause(0.5, 2)
            first.start()
            self.pause(0.5, 2)
            second.kill()
            self.pause(0.1, 1)
            second.start().wait_ready()
        self.finish(first, second)

    def test_one_is_suspended_longer_than_its_session(self):
        first, second = self.pair()
        self.pause(0.5, 2)
        first.suspend()
        time.sleep(SUSPENDED)
        first.resume()
        self.pause(1, 3)
        self.finish(first, second)

    def test_database_away(self):
        worker = self.job.worker().start().wait_ready()
        self.pause(0.5, 2)
        self.stack.call("mariadb.sh", "stop")
        time.sleep(DATABASE_AWAY)
        status, body = worker.get("/health/ready")
        self.assertEqual(status, 503, body)
        self.assertIn(b"mtdataengineer", body)
        self.stack.call("mariadb.sh", "start")
        self.finish(worker)

    def test_broker_restarts(self):
        worker = self.job.worker().start().wait_ready()
        self.pause(0.5, 2)
        self.stack.call("kafka.sh", "restart")
        if LONG:
            self.pause(2, 5)
            self.stack.call("kafka.sh", "kill")
            self.stack.call("kafka.sh", "start")
        self.pause(0.5, 2)
        self.finish(worker)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run()
