"""Who runs a job: the worker, or a program that says itself when it begins and ends."""

import os
import subprocess
import tempfile
import time

from harness.waiting import wait_until
from harness.worker import Worker
from measure import Commits, Moment, Run

HERE = os.path.dirname(os.path.abspath(__file__))
LONGEST = 600  # seconds a run may take


class WorkerContestant:
    """Measured from outside: from the last moment at which /metrics said that nothing was taken,
    to the first at which the job's positions are at the end of the input."""

    most = None  # of records

    def __init__(self, binary, pipeline, settings=(), name="worker"):
        self.name = name
        self.binary = binary
        self.pipeline = os.path.join(HERE, pipeline)
        self.settings = dict(item.split("=", 1) for item in settings)

    def run(self, task):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            worker = Worker(self.binary, self.pipeline, folder, environment=task.environment(),
                            settings=self.settings)
            try:
                worker.start().port()
                first = self.await_first(worker)
                wait_until("all records are taken", lambda: self.taken(worker) >= task.records,
                           LONGEST, 0.05)
                wait_until("all records are committed", task.committed, LONGEST, 0.005)
                run = Run.between(self.name, task.records, first, Moment.of(worker.pid), worker.pid)
                run.commits = Commits.of(worker)
                task.measured(worker)
                code = worker.stop()
                assert code == 0, f"the worker ended with {code}\n{worker.tail()}"
                return run
            finally:
                worker.close()

    @staticmethod
    def taken(worker):
        return worker.metrics().total("streamworker_records_consumed_total")

    def await_first(self, worker):
        deadline = time.monotonic() + 60
        nothing_taken = Moment.of(worker.pid)
        while time.monotonic() < deadline:
            before = Moment.of(worker.pid)
            if self.taken(worker) > 0:
                return nothing_taken
            nothing_taken = before
            time.sleep(0.01)
        raise AssertionError(f"no record was taken within 60 s\n{worker.tail()}")


class Program:
    """Prints `first` at the first record and `done` when all is written and committed; then waits
    to be measured until its standard input ends."""

    def __init__(self, name, command, most=None):
        self.name = name
        self.command = command  # of a task
        self.most = most        # of records, when it is too slow for all

    def run(self, task):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            log_path = os.path.join(folder, "log")
            with open(log_path, "wb") as log:
                process = subprocess.Popen(self.command(task, folder), stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=log)
            try:
                first = self.await_line(process, b"first", log_path)
                last = self.await_line(process, b"done", log_path)
                return Run.between(self.name, task.records, first, last, process.pid)
            finally:
                process.stdin.close()
                process.stdout.close()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def await_line(self, process, wanted, log_path):
        """Other lines are skipped: a library may greet."""
        for line in process.stdout:
            if line.strip() == wanted:
                return Moment.of(process.pid)
        with open(log_path, encoding="utf-8", errors="replace") as log:
            raise AssertionError(f"{self.name} ended before {wanted!r}\n{log.read()}")


def limit(build, job, names):
    """The program written by hand; `names` are the arguments that it takes besides the usual."""
    def command(task, folder):
        values = task.values()
        return [os.path.join(build, "limit"), job, f"state={folder}"] + [
            f"{name}={values[name]}" for name in names]
    return Program("limit", command)


def java(build, *arguments):
    classes = f"{build}/kstreams/classes:{build}/kstreams/lib/*"
    return ["java", "-Xms1g", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp", classes, *arguments]


def kafka_streams(build, job, commit_ms):
    def command(task, folder):
        values = task.values()
        if job == "filter_map":
            first = ["bench.FilterMap", values["brokers"], values["in"], values["out"]]
        else:
            first = ["bench.Tables", job, values["brokers"], values["in"]]
        return java(build, *first, values["app"], values["records"], folder, str(commit_ms))
    return Program("Kafka Streams", command)


FAUST_RECORDS = {"keyed_aggregate": 100_000, "tumbling": 50_000, "hopping": 20_000}


def faust(build, job):
    """Its settings travel in the environment."""
    def command(task, folder):
        values = task.values()
        return ["env", f"JOB={job}", f"BROKERS={values['brokers']}", f"IN={values['in']}",
                f"APP={values['app']}", f"RECORDS={values['records']}", f"STATE={folder}",
                f"{build}/faust/bin/python", os.path.join(HERE, "faust", "tables.py"), "worker",
                "--without-web", "--loglevel=error"]
    return Program("Faust", command, FAUST_RECORDS[job])
