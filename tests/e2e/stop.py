"""SIGTERM under load: the worker ends with 0 within its drain time, and nothing is done twice."""

import json
import threading
import time

from harness import case
from harness.servers import NEEDS, ServersCase
from harness.waiting import wait_until

RECORDS = 600_000
DRAIN = 8
PARTITIONS = 4
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
drain: {drain}s
databases:
  shop: {{url: "{url}"}}
streams:
  numbers:
    topic: {app}-in
    schema: {{number: int}}
pipelines:
  copy:
    from: numbers
    sink: {{topic: {app}-out}}
  store:
    from: numbers
    where: number % 10 = 0
    batch: {{size: 100, window: 1s}}
    sink: {{database: shop, table: numbers, insert: true}}
"""


class Stop(ServersCase):
    def setUp(self):
        super().setUp()
        self.use_servers("stop", topics=("in", "out"), partitions=PARTITIONS)
        # Without a key: a record that is written twice is there twice.
        self.mysql.run("CREATE TABLE numbers (number BIGINT) ENGINE=InnoDB")
        self.config = self.write("stop.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, url=self.mysql.url(), drain=DRAIN))
        # Goes on being filled while the worker runs, stops and runs again.
        self.stopped, self.produced = threading.Event(), 0
        self.producer = threading.Thread(target=self.kafka.produce,
                                         args=(self.app + "-in", self.records()))
        self.addCleanup(self.producer.join)
        self.addCleanup(self.stopped.set)

    def records(self):
        """RECORDS, and then 20 each millisecond until the worker has stopped, however slow it is."""
        while self.produced < RECORDS or not self.stopped.wait(0.001):
            for number in range(self.produced, self.produced + 20):
                yield number % PARTITIONS, None, b'{"number": %d}' % number
            self.produced += 20

    def committed(self):
        return sum(self.kafka.committed(self.app, self.app + "-in").values())

    def numbers_out(self):
        found = self.kafka.read(self.app + "-out")
        return sorted(json.loads(message.value())["number"]
                      for messages in found.values() for message in messages)

    def stored(self):
        return [row[0] for row in self.mysql.run("SELECT number FROM numbers ORDER BY number")]

    def stop_under_load(self, worker):
        wait_until("it is at work", lambda: self.committed() > RECORDS // 50, 30, 0.01)
        began = time.monotonic()
        worker.ask_to_stop()
        self.assertEqual(worker.wait(DRAIN + 5), 0)
        self.assertLess(time.monotonic() - began, DRAIN)
        self.assertTrue(self.producer.is_alive(), "it was not under load: there is no more input")
        self.stopped.set()

    def test_nothing_is_done_twice(self):
        worker = self.worker(self.config)
        worker.start().wait_ready()
        self.producer.start()
        self.stop_under_load(worker)
        done = self.committed()
        # What it has committed is what it has written, no more and no less.
        self.assertEqual(len(self.numbers_out()), done)

        worker.start()
        self.producer.join()
        wait_until("all is committed", lambda: self.committed() == self.produced, 120, 0.1)
        wait_until("all is stored", lambda: len(self.stored()) >= self.produced // 10, 60, 0.1)
        metrics = worker.metrics()
        self.assertEqual(metrics.total("streamworker_records_replayed_total"), 0)
        self.assertEqual(metrics.total("streamworker_records_consumed_total"), self.produced - done)
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(self.numbers_out(), list(range(self.produced)))
        self.assertEqual(self.stored(), list(range(0, self.produced, 10)))


if __name__ == "__main__":
    case.run(NEEDS)
