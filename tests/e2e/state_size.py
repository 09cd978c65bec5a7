"""A table that is larger than the memory which the file allows: the process stays within bounds while
it fills it, while it starts with it, and while it restores all of it; and nothing is missing.

`--long` after the executable: 3 million keys of 100 bytes with `memory: 128MiB` in place of 300 000
with 24MiB. How long a restart takes until it has a new record is printed, not judged.
"""

import os
import shutil
import sys
import time

from confluent_kafka import Producer

from harness import case
from harness.kafka import GroupOffsets, Kafka
from harness.murmur2 import java_partition
from harness.waiting import wait_until

LONG = "--long" in sys.argv
KEYS, MEMORY, MOST_MIB = (3_000_000, "128MiB", 400) if LONG else (300_000, "24MiB", 200)
PARTITIONS = 4
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
memory: {memory}
streams:
  texts: {{topic: "{app}-in", key: id, schema: {{id: string, text: string}}}}
tables:
  latest: {{from: texts, key: id, columns: {{n: count(*), text: last(text)}}}}
"""


class StateSize(case.Case):
    def setUp(self):
        super().setUp()
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("size")
        self.kafka.create(self.app + "-in", PARTITIONS)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.process = self.worker(self.write("size.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, memory=MEMORY)))
        self.produced = 0

    def produce(self, numbers):
        producer = Producer({"bootstrap.servers": self.kafka.brokers, "linger.ms": 20,
                             "enable.idempotence": True, "queue.buffering.max.messages": 500_000})
        for number in numbers:
            key = str(number).encode()
            value = b'{"text":"' + key.rjust(90, b".") + b'"}'
            while True:
                try:
                    producer.produce(self.app + "-in", value, key, java_partition(key, PARTITIONS))
                    break
                except BufferError:
                    producer.poll(0.05)
            if number % 1000 == 0:
                producer.poll(0)
        self.assertEqual(producer.flush(120), 0)
        self.produced += len(numbers)

    def counted(self):
        """[rows, records] in the table; None while it is not there."""
        try:
            return self.process.get_json(
                "/sql?q=SELECT+count(*),sum(n)+FROM+latest")["rows"][0]
        except (OSError, KeyError, AssertionError):
            return None

    def await_all(self, seconds):
        offsets = GroupOffsets(self.kafka, self.app, self.app + "-in")
        wait_until(lambda: f"{sum(offsets.read().values())} of {self.produced} are committed",
                   lambda: sum(offsets.read().values()) == self.produced, seconds, 0.2)
        self.await_rows()

    def await_rows(self):
        """Of millions of rows the count may take longer than a request may: it is asked again."""
        wait_until(lambda: f"{self.counted()} of {self.produced} are in the table",
                   lambda: self.counted() == [KEYS, self.produced], 60, 0.2)

    def check_memory(self, when):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
        print(f"{when}: at most {peak:.0f} MiB", file=sys.stderr)
        self.assertLess(peak, MOST_MIB, when)

    def test_state_size(self):
        self.process.start().wait_ready()
        self.produce(range(KEYS))
        self.await_all(900)
        self.check_memory("filled")
        self.assertEqual(self.process.stop(), 0)

        self.produce([0])
        before = time.monotonic()
        self.process.start()
        wait_until("the new record is in the table", lambda: self.row("0") == 2, 60, 0.01)
        print(f"restart: the new record was there after {time.monotonic() - before:.2f} s",
              file=sys.stderr)
        self.assertEqual(self.process.metrics().total("streamworker_restores_total"), 0)
        self.assertEqual(self.process.stop(), 0)

        shutil.rmtree(self.process.state)
        before = time.monotonic()
        self.process.start().wait_ready(300)
        print(f"restored in {time.monotonic() - before:.2f} s", file=sys.stderr)
        self.check_memory("restored")
        self.await_rows()
        self.assertEqual(self.row(str(KEYS - 1)), 1)
        self.assertEqual(self.process.stop(), 0)

    def row(self, key):
        try:
            return self.process.get_json(f"/tables/latest/{key}")["value"]["n"]
        except (OSError, KeyError, AssertionError):
            return None


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run(needs=("KAFKA_BROKERS",))
