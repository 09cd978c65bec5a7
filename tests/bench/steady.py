"""An input with one record of each key, then records of random keys at a steady rate; and how the
group goes forward in it, as another client sees it."""

import os
import statistics
import subprocess
import threading
import time

from confluent_kafka import KafkaException

from harness.kafka import GroupOffsets

POLL_SECONDS = 0.02
ENDLESS = 10**12  # records
# Records that were taken go; the worker is never so far behind.
RETENTION = {"retention_bytes": str(2 << 30), "segment_bytes": str(64 << 20)}


class SteadyInput:
    def __init__(self, kafka, build, app, partitions, keys):
        self.kafka, self.build, self.app, self.keys = kafka, build, app, keys
        self.topic = app + "-in"
        self.process = None
        kafka.create(self.topic, partitions, **RETENTION)

    def fill(self, records, *more):
        return [os.path.join(self.build, "fill"), f"brokers={self.kafka.brokers}",
                f"topic={self.topic}", f"records={records}", f"keys={self.keys}", "id=0", *more]

    def load(self):
        """One record of each key, as fast as it goes."""
        subprocess.run(self.fill(self.keys, "each=1"), check=True)

    def begin(self, rate):
        self.process = subprocess.Popen(self.fill(ENDLESS, f"rate={rate}"))

    def close(self):
        """Its topics, and those of the application, are gone afterwards."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.kafka.drop_prefix(self.app)

    def environment(self):
        return {"KAFKA_BROKERS": self.kafka.brokers, "BENCH_APP": self.app, "BENCH_IN": self.topic}


class Advances:
    """When the group's offset of each partition was seen to move, in a thread of its own."""

    def __init__(self, kafka, group, topic):
        self.offsets = GroupOffsets(kafka, group, topic)
        self.seen = {place.partition: [] for place in self.offsets.wanted}  # seconds, monotonic
        self.slowest = 0.0  # of the polls: no gap is known more exactly
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        last = {}
        while not self.ended.wait(POLL_SECONDS):
            began = time.monotonic()
            try:
                found = self.offsets.read()
            except KafkaException:  # the broker is busy: the next poll knows
                found = last
            now = time.monotonic()
            self.slowest = max(self.slowest, now - began)
            for partition, offset in found.items():
                if offset != last.get(partition):
                    self.seen[partition].append(now)
            last = found

    def all_since(self, moment):
        """Every partition has moved since then."""
        return all(times and times[-1] > moment for times in self.seen.values())

    def longest(self, begin, end):
        """{partition: its longest gap, seconds}, of the gaps that touch that time."""
        return {partition: longest_gap(times, begin, end) for partition, times in self.seen.items()}

    def close(self):
        self.ended.set()
        self.thread.join()
        self.offsets.consumer.close()


def longest_gap(times, begin, end):
    before = [moment for moment in times if moment <= begin][-1:] or [begin]
    inside = [moment for moment in times if begin < moment <= end]
    points = before + inside + [end]
    return max(later - sooner for sooner, later in zip(points, points[1:]))


def median(values):
    """Of what may be nothing."""
    values = list(values)
    return statistics.median(values) if values else None
