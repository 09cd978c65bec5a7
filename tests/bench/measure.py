"""What a run cost its process, read from outside, and the table of all runs."""

import os
import statistics
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Moment:
    """A point in a process's life: wall clock and CPU (user and system, all threads), seconds."""
    wall: float
    cpu: float

    @staticmethod
    def of(pid):
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return Moment(time.monotonic(), (int(fields[11]) + int(fields[12])) / TICKS)


def memory_mib(pid, name):
    """`VmHWM`: the largest resident set so far; `VmRSS`: the present one."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    raise AssertionError(f"no {name} of process {pid}")


@dataclass
class Run:
    contestant: str
    records: int
    seconds: float
    cpu_seconds: float
    peak_mib: float

    @staticmethod
    def between(contestant, records, first, last, pid):
        return Run(contestant, records, last.wall - first.wall, last.cpu - first.cpu,
                   memory_mib(pid, "VmHWM"))

    @property
    def rate(self):
        return self.records / self.seconds

    @property
    def cpu_micros(self):
        return self.cpu_seconds * 1e6 / self.records

    def __str__(self):
        return (f"{self.contestant:<14} {self.seconds:7.2f} s {self.rate:11,.0f} records/s "
                f"{self.cpu_micros:7.2f} µs CPU a record {self.peak_mib:6.0f} MiB")


@dataclass
class Median:
    rate: float
    cpu_micros: float
    peak_mib: float

    @staticmethod
    def of(runs):
        return Median(statistics.median(run.rate for run in runs),
                      statistics.median(run.cpu_micros for run in runs),
                      statistics.median(run.peak_mib for run in runs))


def table(runs):
    """Medians by contestant, with the range of the rates; then the worker against each other one."""
    names = list(dict.fromkeys(run.contestant for run in runs))
    of = {name: [run for run in runs if run.contestant == name] for name in names}
    medians = {name: Median.of(of[name]) for name in names}
    lines = ["| contestant | records/s | lowest to highest | CPU µs/record | peak RSS MiB |",
             "|---|---|---|---|---|"]
    for name, median in medians.items():
        rates = sorted(run.rate for run in of[name])
        lines.append(f"| {name} | {median.rate:,.0f} | {rates[0]:,.0f} to {rates[-1]:,.0f} "
                     f"| {median.cpu_micros:.2f} | {median.peak_mib:.0f} |")
    lines += ["", "| worker / other | records/s | records per CPU second |", "|---|---|---|"]
    for name, median in medians.items():
        if name != "worker" and "worker" in medians:
            worker = medians["worker"]
            lines.append(f"| worker / {name} | {worker.rate / median.rate:.2f} "
                         f"| {median.cpu_micros / worker.cpu_micros:.2f} |")
    return "\n".join(lines)
