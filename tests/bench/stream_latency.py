"""How long records of a steady stream take, and what they cost.

`stream_latency` sends bids evenly into a topic and reads them out: straight from the same topic, and
through filter_map. CPU, and the worker's commits, are those of the measured seconds; the first
seconds of each run are left out.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, fields

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from harness.kafka import Kafka  # noqa: E402
from harness.worker import Worker  # noqa: E402
from measure import Commits, Moment  # noqa: E402

WARM_UP_SECONDS = 5
FIRST_TURN_SECONDS = 10  # not counted: a new broker is slow
PASSING = 5000  # filter_map lets prices above it pass


@dataclass
class Found:
    """Latencies in ms; how late the sender was, in ms; CPU in µs a record sent, of the worker, of
    the broker, and of the program that sends and receives; commits."""
    p50: float
    p90: float
    p99: float
    most: float
    late_p99: float
    late_most: float
    worker: float
    broker: float
    client: float
    commits: float      # a second
    commit_ms: float


@dataclass
class Look:
    """The program that sends and receives, the worker if there is one, and its commits."""
    client: Moment
    worker: Moment = None
    commits: Commits = Commits()

    @staticmethod
    def at(program, worker):
        client = Moment.of(program.pid)
        return Look(client, Moment.of(worker.pid), Commits.of(worker)) if worker else Look(client)


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh stream_latency", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rate", type=int, default=50_000, help="records a second")
    parser.add_argument("--seconds", type=int, default=30, help="that are measured")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE",
                        help="a setting of the worker's pipeline file")
    parser.add_argument("--binary", required=True, help="the worker's executable")
    parser.add_argument("--build", required=True, help="folder of the benchmark's programs")
    return parser.parse_args()


def await_line(program, wanted):
    line = program.stdout.readline().strip()
    assert line == wanted, f"stream_latency said {line!r} instead of {wanted!r}"


def send_and_receive(arguments, brokers, source, target, worker=None):
    command = [os.path.join(arguments.build, "stream_latency"), f"brokers={brokers}",
               f"in={source}", f"out={target}", f"above={PASSING if worker else 0}",
               f"rate={arguments.rate}", f"seconds={arguments.seconds}",
               f"warm_up={WARM_UP_SECONDS}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        await_line(program, "first")
        first = Look.at(program, worker)
        await_line(program, "last")
        last = Look.at(program, worker)
        numbers = [int(word) for word in program.stdout.readline().split()]
    assert program.returncode == 0, f"stream_latency ended with {program.returncode}"
    sent = arguments.rate * arguments.seconds / 1e6
    commits = last.commits.since(first.commits)
    return Found(*[micros / 1000 for micros in numbers[1:]],
                 worker=(last.worker.cpu - first.worker.cpu) / sent if worker else 0,
                 broker=(last.client.broker - first.client.broker) / sent,
                 client=(last.client.cpu - first.client.cpu) / sent,
                 commits=commits.count / (last.client.wall - first.client.wall),
                 commit_ms=commits.each_ms)


def straight(arguments, kafka):
    app = f"bench-straight-{time.time_ns()}"
    kafka.create(app)
    try:
        return send_and_receive(arguments, kafka.brokers, app, app)
    finally:
        kafka.drop_prefix(app)


def through_worker(arguments, kafka):
    app = f"bench-stream-{time.time_ns()}"
    source, target = app + "-in", app + "-out"
    kafka.create(source)
    kafka.create(target)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        worker = Worker(arguments.binary, os.path.join(HERE, "filter_map.yaml"), folder,
                        settings=dict(item.split("=", 1) for item in arguments.set),
                        environment={"BENCH_APP": app, "BENCH_IN": source, "BENCH_OUT": target,
                                     "KAFKA_BROKERS": kafka.brokers})
        try:
            worker.start().wait_ready()
            found = send_and_receive(arguments, kafka.brokers, source, target, worker)
            code = worker.stop()
            assert code == 0, f"the worker ended with {code}\n{worker.tail()}"
            return found
        finally:
            worker.close()
            kafka.drop_prefix(app)


def median(runs):
    return Found(*[statistics.median(getattr(run, field.name) for run in runs)
                   for field in fields(Found)])


def line(name, found):
    return (f"| {name} | {found.p50:.1f} | {found.p90:.1f} | {found.p99:.1f} | {found.most:.1f} "
            f"| {found.late_p99:.1f} / {found.late_most:.1f} | {found.worker:.2f} "
            f"| {found.broker:.2f} | {found.client:.2f} | {found.commits:.1f} "
            f"| {found.commit_ms:.1f} |")


def main():
    arguments = parse()
    kafka = Kafka(os.environ["KAFKA_BROKERS"])
    ways = {"straight": straight, "worker": through_worker}
    for way in ways.values():
        way(argparse.Namespace(**{**vars(arguments), "seconds": FIRST_TURN_SECONDS}), kafka)
    print(f"stream_latency: {arguments.rate:,} records/s for {arguments.seconds} s, after "
          f"{WARM_UP_SECONDS} s that are left out; {os.cpu_count()} cores for all\n\n"
          "| way | p50 ms | p90 ms | p99 ms | max ms | sender late ms, p99 / max | worker CPU "
          "µs/record | broker | client | commits/s | ms a commit |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    runs = {name: [] for name in ways}
    for turn in range(arguments.runs):
        for name, way in ways.items():
            runs[name].append(way(arguments, kafka))
            print(line(f"{name} {turn + 1}/{arguments.runs}", runs[name][-1]), flush=True)
    for name in ways:
        print(line(f"{name}, medians", median(runs[name])))


if __name__ == "__main__":
    main()
