"""How long the partitions of a table stand still when workers come and go.

One worker, records at a steady rate. A second one joins without a state folder, leaves (SIGTERM),
joins with the folder that it left, leaves and joins at once, is killed. For each event, of each
partition: the longest time between two moments at which its group offset, which goes forward with
the rows of the table in one transaction, was seen to move.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from harness.kafka import GroupOffsets, Kafka  # noqa: E402
from harness.waiting import wait_until  # noqa: E402
from harness.worker import Worker  # noqa: E402
from steady import Advances, SteadyInput, median  # noqa: E402

PATIENCE = 120  # seconds, until an event is over
AFTERWARDS = 3  # seconds that still belong to it


@dataclass
class Outcome:
    """Of one event, in seconds."""
    event: str
    members: str
    stayed: list  # gaps of the partitions that the first worker had before and afterwards
    others: list
    restored: int  # rows that were read from changelogs

    def figures(self):
        every = self.stayed + self.others
        return [max(every), median(every), max(self.stayed, default=None),
                max(self.others, default=None), self.restored]


class Pair:
    """Two workers, the first of which runs all the time."""

    def __init__(self, arguments, source, folder, members):
        self.members, self.source = members, source
        self.first, self.second = (
            Worker(arguments.binary, os.path.join(HERE, "keyed_aggregate.yaml"), folder, name=name,
                   state=os.path.join(folder, name), environment=source.environment(),
                   settings={"instance": name} if members == "static" else {})
            for name in ("first", "second"))
        self.advances = None

    def start(self, rate):
        """The first has everything, the records flow."""
        self.first.start().wait_ready()
        offsets = GroupOffsets(self.source.kafka, self.source.app, self.source.topic)
        wait_until("the keys are in the table",
                   lambda: sum(offsets.read().values()) >= self.source.keys, 600)
        self.source.begin(rate)
        self.advances = Advances(self.source.kafka, self.source.app, self.source.topic)
        time.sleep(AFTERWARDS)

    def close(self):
        for one in (self.first, self.second):
            one.close()
        if self.advances is not None:
            self.advances.close()

    def events(self):
        """(event, what happens, how many workers share the partitions when it is over)"""
        second = self.second
        return [("none", lambda: time.sleep(10), 1),
                ("joins, empty", second.start, 2),
                ("leaves", second.stop, 1),
                ("joins again", second.start, 2),
                ("leaves, joins at once", lambda: (second.stop(), second.start()), 2),
                ("killed", second.kill, 1)]

    def observe(self, event, what, workers):
        before, read = running(self.first), restored(self.first)
        began = time.monotonic()
        what()
        wait_until(lambda: f"{event}: partitions of {workers}\n{self.second.tail()}",
                   lambda: self.shared_by(workers), PATIENCE)
        settled = time.monotonic()
        wait_until(f"{event}: all partitions go on", lambda: self.advances.all_since(settled),
                   PATIENCE)
        time.sleep(AFTERWARDS)
        gaps = self.advances.longest(began, time.monotonic())
        same = before & running(self.first)
        return Outcome(event, self.members, [gap for at, gap in gaps.items() if at in same],
                       [gap for at, gap in gaps.items() if at not in same],
                       int(restored(self.first) - read + restored(self.second)))

    def shared_by(self, workers):
        every, first = len(self.advances.seen), len(running(self.first))
        return first == every // workers and len(running(self.second)) == every - first


def running(worker):
    """The partitions that it works on."""
    if not worker.running():
        return set()
    try:
        members = worker.get_json("/assignment")["members"]
    except OSError:  # it does not listen yet
        return set()
    return {task["partition"] for member in members for task in member["tasks"]
            if task["state"] == "running"}


def restored(worker):
    return worker.metrics().total("streamworker_restored_rows_total") if worker.running() else 0


def run_once(arguments, kafka, members):
    """The outcomes of all events, in their order."""
    app = f"bench-rebalance-{time.time_ns()}"
    source = SteadyInput(kafka, arguments.build, app, arguments.partitions, arguments.keys)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        pair = Pair(arguments, source, folder, members)
        try:
            source.load()
            pair.start(arguments.rate)
            for event in pair.events():
                outcomes.append(pair.observe(*event))
                print(f"| {row(outcomes[-1])} |", flush=True)
            print(f"the slowest poll took {pair.advances.slowest:.2f} s", flush=True)
        finally:
            pair.close()
            source.close()
    return outcomes


def row(outcome):
    *gaps, rows = outcome.figures()
    return " | ".join([outcome.event, outcome.members,
                       *("" if gap is None else f"{gap:.2f}" for gap in gaps), f"{rows:,}"])


def table(runs):
    """Medians; and of the longest gap what it was in each run."""
    lines = ["| event | members | longest gap s | in each run | median s | stayed s | others s | "
             "rows restored |", "|---|---|---|---|---|---|---|---|"]
    for outcomes in zip(*runs):
        columns = [[value for value in column if value is not None]
                   for column in zip(*(outcome.figures() for outcome in outcomes))]
        longest, middle, stayed, others = (
            f"{median(column):.2f}" if column else "" for column in columns[:4])
        each = ", ".join(f"{value:.2f}" for value in columns[0])
        lines.append(f"| {outcomes[0].event} | {outcomes[0].members} | {longest} | {each} | "
                     f"{middle} | {stayed} | {others} | {median(columns[4]):,.0f} |")
    return "\n".join(lines)


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh rebalance", description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--partitions", type=int, default=12, help="an even number")
    parser.add_argument("--rate", type=int, default=5000, help="records a second")
    parser.add_argument("--members", default="static,dynamic")
    parser.add_argument("--binary", required=True, help="the worker's executable")
    parser.add_argument("--build", required=True, help="folder of the benchmark's programs")
    return parser.parse_args()


def main():
    arguments = parse()
    kafka = Kafka(os.environ["KAFKA_BROKERS"])
    runs = []
    for turn in range(arguments.runs):
        print(f"turn {turn + 1}", flush=True)
        runs.append([outcome for members in arguments.members.split(",")
                     for outcome in run_once(arguments, kafka, members)])
    print(f"\nrebalance: {arguments.keys:,} keys, {arguments.partitions} partitions, "
          f"{arguments.rate:,} records/s, medians of {arguments.runs}\n")
    print(table(runs))


if __name__ == "__main__":
    main()
