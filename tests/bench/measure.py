"""What a run cost its process, read from outside, and the table of all runs."""

import os
import statistics
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")


def broker_pid():
    """Of the Kafka that run.sh started; None when somebody else's is used."""
    path = os.path.join(os.environ.get("STREAMWORKER_STACK", ""), "kafka-1.pid")
    if not os.path.exists(path):
        return None
    with open(path, encoding="ascii") as file:
        return int(file.read().split()[0])


def cpu_seconds(pid):
    """User and system, all threads; 0 without a process."""
    if pid is None:
        return 0.0
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass
class Moment:
    """A point in a process's life: wall clock, its CPU and the broker's, seconds."""
    wall: float
    cpu: float
    broker: float

    @staticmethod
    def of(pid):
        return Moment(time.monotonic(), cpu_seconds(pid), cpu_seconds(broker_pid()))


def memory_mib(pid, name):
    """`VmHWM`: the largest resident set so far; `VmRSS`: the present one."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    raise AssertionError(f"no {name} of process {pid}")


@dataclass(frozen=True)
class Commits:
    """Of a worker since its start, all its threads; how long they took together."""
    count: float = 0
    seconds: float = 0

    @staticmethod
    def of(worker):
        metrics = worker.metrics()
        return Commits(metrics.total("streamworker_commit_seconds_count"),
                       metrics.total("streamworker_commit_seconds_sum"))

    def since(self, before):
        return Commits(self.count - before.count, self.seconds - before.seconds)

    @property
    def each_ms(self):
        return self.seconds * 1000 / max(self.count, 1)


@dataclass
class Run:
    contestant: str
    records: int
    seconds: float
    cpu_seconds: float
    broker_seconds: float
    peak_mib: float
    commits: Commits = Commits()  # of a worker

    @staticmethod
    def between(contestant, records, first, last, pid):
        return Run(contestant, records, last.wall - first.wall, last.cpu - first.cpu,
                   last.broker - first.broker, memory_mib(pid, "VmHWM"))

    @property
    def rate(self):
        return self.records / self.seconds

    @property
    def cpu_micros(self):
        return self.cpu_seconds * 1e6 / self.records

    @property
    def broker_micros(self):
        return self.broker_seconds * 1e6 / self.records

    @property
    def commit_rate(self):
        return self.commits.count / self.seconds

    @property
    def commit_ms(self):
        return self.commits.each_ms

    def __str__(self):
        return (f"{self.contestant:<14} {self.seconds:7.2f} s {self.rate:11,.0f} records/s "
                f"{self.cpu_micros:7.2f} µs CPU a record, broker {self.broker_micros:5.2f} "
                f"{self.peak_mib:6.0f} MiB {self.commit_rate:5.1f} commits/s "
                f"of {self.commit_ms:.1f} ms")


def median_of(runs, name):
    return statistics.median(getattr(run, name) for run in runs)


def row(name, runs):
    rates = sorted(run.rate for run in runs)
    return (f"| {name} | {median_of(runs, 'rate'):,.0f} | {rates[0]:,.0f} to {rates[-1]:,.0f} "
            f"| {median_of(runs, 'cpu_micros'):.2f} | {median_of(runs, 'broker_micros'):.2f} "
            f"| {median_of(runs, 'peak_mib'):.0f} | {median_of(runs, 'commit_rate'):.1f} "
            f"| {median_of(runs, 'commit_ms'):.1f} |")


def ratio(name, runs, worker):
    rate = median_of(worker, "rate") / median_of(runs, "rate")
    return (f"| worker / {name} | {rate:.2f} "
            f"| {median_of(runs, 'cpu_micros') / median_of(worker, 'cpu_micros'):.2f} |")


def table(runs):
    """Medians by contestant, with the range of the rates; then the worker against each other one."""
    names = list(dict.fromkeys(run.contestant for run in runs))
    of = {name: [run for run in runs if run.contestant == name] for name in names}
    lines = ["| contestant | records/s | lowest to highest | CPU µs/record | broker's CPU µs/record "
             "| peak RSS MiB | commits/s | ms a commit |",
             "|---|---|---|---|---|---|---|---|"]
    lines += [row(name, of[name]) for name in names]
    lines += ["", "| worker / other | records/s | records per CPU second |", "|---|---|---|"]
    lines += [ratio(name, of[name], of["worker"]) for name in names
              if name != "worker" and "worker" in of]
    return "\n".join(lines)
