"""How fast one record gets through an idle worker, and what the idle worker costs.

Starts filter_map on an empty topic, watches the process for 20 s, then sends single records, each
after the one before has arrived: from the call of produce to the record in the hand of a consumer
that reads committed. The client's own share (a record straight into a topic and out) is printed too.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from confluent_kafka import Producer, TopicPartition  # noqa: E402

from harness.kafka import Kafka  # noqa: E402
from harness.worker import Worker  # noqa: E402
from measure import Moment, memory_mib  # noqa: E402

IDLE_SECONDS = 20


class Probe:
    """Sends one record into a topic and waits for its result in another (or the same)."""

    def __init__(self, kafka, source, target):
        self.source = source
        self.producer = Producer({"bootstrap.servers": kafka.brokers, "linger.ms": 0,
                                  "socket.nagle.disable": True})
        self.consumer = kafka.consumer(f"probe-{time.time_ns()}",
                                       **{"socket.nagle.disable": True, "fetch.wait.max.ms": 5000})
        self.consumer.assign([TopicPartition(target, partition, 0) for partition in range(4)])
        self.random = random.Random(1)

    def send(self, number):
        """Seconds until the record came back."""
        bid = {"auction": number, "bidder": number, "price": 10000, "date_time": 1735689600000}
        began = time.monotonic()
        self.producer.produce(self.source, json.dumps(bid), str(number))
        self.producer.poll(0)
        while True:
            message = self.consumer.poll(30)
            assert message is not None, f"record {number} did not arrive within 30 s"
            if message.error() is None:
                assert json.loads(message.value())["auction"] == number, message.value()
                return time.monotonic() - began

    def series(self, count):
        """Sorted milliseconds. The pause between two keeps them from falling into step with a timer
        of the worker."""
        found = []
        for number in range(count):
            found.append(self.send(number) * 1000)
            time.sleep(self.random.uniform(0.01, 0.06))
        self.producer.flush()
        self.consumer.close()
        return sorted(found[min(5, count - 1):])  # the first ones open connections


def describe(name, found):
    print(f"{name:<28} median {statistics.median(found):6.1f} ms   "
          f"p99 {found[int(len(found) * 0.99) - 1]:6.1f} ms   max {found[-1]:6.1f} ms   "
          f"({len(found)} records)", flush=True)


def watch_idle(worker):
    first = Moment.of(worker.pid)
    time.sleep(IDLE_SECONDS)
    last = Moment.of(worker.pid)
    percent = (last.cpu - first.cpu) / (last.wall - first.wall) * 100
    print(f"idle worker over {IDLE_SECONDS} s      RSS {memory_mib(worker.pid, 'VmRSS'):.1f} MiB   "
          f"CPU {percent:.2f} % of a core", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh latency", description=__doc__)
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--build", help="not used here")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    arguments = parser.parse_args()
    kafka = Kafka(os.environ["KAFKA_BROKERS"])
    app = f"bench-latency-{time.time_ns()}"
    topics = {name: f"{app}-{name}" for name in ("in", "out", "straight")}
    for topic in topics.values():
        kafka.create(topic)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        worker = Worker(arguments.binary, os.path.join(HERE, "filter_map.yaml"), folder,
                        settings=dict(item.split("=", 1) for item in arguments.set),
                        environment={"BENCH_APP": app, "BENCH_IN": topics["in"],
                                     "BENCH_OUT": topics["out"], "KAFKA_BROKERS": kafka.brokers})
        try:
            worker.start().wait_ready()
            watch_idle(worker)
            describe("client alone", Probe(kafka, topics["straight"], topics["straight"])
                     .series(arguments.records))
            describe("through the worker", Probe(kafka, topics["in"], topics["out"])
                     .series(arguments.records + 5))
            worker.stop()
        finally:
            worker.close()
            kafka.drop_prefix(app)


if __name__ == "__main__":
    main()
