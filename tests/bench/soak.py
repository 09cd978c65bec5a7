"""A worker for half an hour on a table much larger than its memory: does it stay as it is?

Fills the table of keyed_aggregate with one record of each key; then records of random keys come at
a steady rate, and a client asks for rows. What the process takes is printed when it is filled, and
three times more. Fails when RSS was ever above `memory` and an allowance, or has grown since the
second line.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from harness.kafka import GroupOffsets, Kafka  # noqa: E402
from harness.waiting import wait_until  # noqa: E402
from harness.worker import Worker  # noqa: E402
from measure import Moment, memory_mib  # noqa: E402
from steady import SteadyInput  # noqa: E402

LINES = 3
PARTITIONS = 4
PAUSE = 0.1  # seconds between two questions
# RSS that is allowed: `memory`, half of it for what malloc and librdkafka keep beside what they are
# asked for, and the program with its threads and clients.
MALLOC_SHARE = 0.5
PROGRAM_MIB = 64
MOST_GROWTH = 0.05
UNITS = {"KiB": 2**-10, "MiB": 1, "GiB": 2**10}


class Asker:
    """Asks for the row of a random key now and then."""

    def __init__(self, worker, keys):
        self.worker, self.keys = worker, keys
        self.seconds, self.others = [], 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ended.wait(PAUSE):
            began = time.monotonic()
            try:
                status = self.worker.get(f"/tables/bidders/{random.randrange(self.keys)}")[0]
            except OSError:
                status = 0
            self.seconds.append(time.monotonic() - began)
            self.others += status != 200

    def close(self):
        self.ended.set()
        self.thread.join()

    def __str__(self):
        found = sorted(self.seconds) or [0.0]
        return (f"{len(found)} rows asked for, {self.others} not answered with 200; "
                f"p50 {found[len(found) // 2] * 1000:.1f} ms, "
                f"p99 {found[len(found) * 99 // 100] * 1000:.1f} ms, "
                f"longest {found[-1] * 1000:.0f} ms")


@dataclass
class Sample:
    minute: float
    moment: Moment
    records: int
    rss: float
    peak: float
    descriptors: int
    threads: int
    disk: float
    rows: int | None

    def line(self, before):
        """`before`: the one that the CPU and the rate are counted from."""
        cells = [f"{self.minute:.1f}", f"{self.rss:.0f}", f"{self.peak:.0f}",
                 str(self.descriptors), str(self.threads), f"{self.disk:.0f}",
                 "" if self.rows is None else f"{self.rows:,}"]
        records = self.records - before.records
        if records:
            seconds = self.moment.wall - before.moment.wall
            cells += [f"{records / seconds:,.0f}",
                      f"{(self.moment.cpu - before.moment.cpu) * 1e6 / records:.2f}"]
        return "| " + " | ".join(cells) + " |"


class Soak:
    def __init__(self, arguments, source, folder):
        self.arguments, self.source = arguments, source
        self.worker = Worker(arguments.binary, os.path.join(HERE, "keyed_aggregate.yaml"), folder,
                             environment=source.environment(),
                             settings={"memory": arguments.memory})
        self.offsets = GroupOffsets(source.kafka, source.app, source.topic)
        self.began = time.monotonic()

    def committed(self):
        return sum(self.offsets.read().values())

    def rows(self):
        """None: to count them takes longer than a statement may."""
        status, body = self.worker.get("/sql?q=" + quote("SELECT count(*) FROM bidders"), 30)
        return json.loads(body)["rows"][0][0] if status == 200 else None

    def sample(self):
        pid = self.worker.pid
        return Sample((time.monotonic() - self.began) / 60, Moment.of(pid), self.committed(),
                      memory_mib(pid, "VmRSS"), memory_mib(pid, "VmHWM"),
                      len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")),
                      folder_mib(self.worker.state), self.rows())

    def load(self):
        first = Moment.of(self.worker.start().pid)
        self.worker.wait_ready()
        idle = memory_mib(self.worker.pid, "VmRSS")
        self.source.load()
        wait_until(lambda: f"the keys are in the table, {self.committed()} are",
                   lambda: self.committed() >= self.source.keys, 1800, 0.2)
        last = Moment.of(self.worker.pid)
        print(f"{idle:.0f} MiB at the start; {self.source.keys:,} keys in "
              f"{last.wall - first.wall:.0f} s, {last.cpu - first.cpu:.0f} s of CPU", flush=True)

    def run(self):
        """The samples: when the keys are filled, and then LINES more."""
        self.load()
        print("| minute | RSS MiB | peak MiB | descriptors | threads | folder MiB | rows | "
              "records/s | CPU µs/record |\n|---|---|---|---|---|---|---|---|---|", flush=True)
        samples = []
        self.source.begin(self.arguments.rate)
        asker = Asker(self.worker, self.source.keys)
        try:
            self.began = time.monotonic()
            for number in range(LINES + 1):
                due = self.began + self.arguments.minutes * 60 / LINES * number
                time.sleep(max(due - time.monotonic(), 0))
                samples.append(self.sample())
                print(samples[-1].line(samples[max(number - 1, 0)]), flush=True)
        finally:
            asker.close()
        print(asker, flush=True)
        return samples

    def close(self):
        self.worker.close()
        self.offsets.consumer.close()


def folder_mib(folder):
    sizes = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                sizes += os.stat(os.path.join(path, name)).st_size
            except FileNotFoundError:  # compacted away meanwhile
                pass
    return sizes / 2**20


def mib(text):
    """Of a size as a pipeline file has it."""
    return int(text[:-3]) * UNITS[text[-3:]]


def judge(samples, memory):
    """What is wrong; nothing when all is well."""
    most = mib(memory) * (1 + MALLOC_SHARE) + PROGRAM_MIB
    early, last = samples[1].rss, samples[-1].rss
    grown = last / early - 1
    print(f"RSS at most {samples[-1].peak:.0f} MiB of {most:.0f} allowed; {grown:+.1%} since minute "
          f"{samples[1].minute:.0f}")
    faults = []
    if samples[-1].peak > most:
        faults.append(f"RSS was above {most:.0f} MiB")
    if grown > MOST_GROWTH:
        faults.append(f"RSS grew by more than {MOST_GROWTH:.0%}")
    return faults


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--keys", type=int, default=5_000_000)
    parser.add_argument("--memory", default="256MiB")
    parser.add_argument("--rate", type=int, default=20_000, help="records a second")
    parser.add_argument("--binary", required=True, help="the worker's executable")
    parser.add_argument("--build", required=True, help="folder of the benchmark's programs")
    return parser.parse_args()


def main():
    arguments = parse()
    source = SteadyInput(Kafka(os.environ["KAFKA_BROKERS"]), arguments.build,
                         f"bench-soak-{time.time_ns()}", PARTITIONS, arguments.keys)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        soak = Soak(arguments, source, folder)
        try:
            faults = judge(soak.run(), arguments.memory)
        finally:
            soak.close()
            source.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
