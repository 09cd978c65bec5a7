"""How long a table takes to come back from its changelog when its state folder is gone.

Fills the table of keyed_aggregate once by the worker and once by Kafka Streams, each its own; then
both start in turn with nothing on their disks. Kafka Streams: from the first row that it is about to
restore to RUNNING. The worker: from the start of its process to ready, which is more.
"""

import argparse
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from contestants import Program, WorkerContestant, java, kafka_streams  # noqa: E402
from harness.worker import Worker  # noqa: E402
from jobs import KeyedAggregate  # noqa: E402
from measure import Moment, Run, table  # noqa: E402


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh restore", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--binary", required=True, help="the worker's executable")
    parser.add_argument("--build", required=True, help="folder of the benchmark's programs")
    return parser.parse_args()


def restore_worker(arguments, job, task, rows):
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        worker = Worker(arguments.binary, os.path.join(HERE, job.pipeline), folder,
                        environment=task.environment())
        try:
            first = Moment.of(worker.start().pid)
            worker.wait_ready(120)
            run = Run.between("worker", rows, first, Moment.of(worker.pid), worker.pid)
            task.measured(worker)
            restored = worker.metrics().total("streamworker_restored_rows_total")
            assert restored >= rows, f"{restored} rows came back of {rows}"
            return run
        finally:
            worker.close()


def restore_streams(arguments, task, rows):
    def command(its, folder):
        values = its.values()
        return java(arguments.build, "bench.Restore", values["brokers"], values["in"],
                    values["app"], folder)
    run = Program("Kafka Streams", command).run(task)
    run.records = rows
    return run


def main():
    arguments = parse()
    # Each key once or more: with 8 records a key one in 3000 keys is missing.
    job = KeyedAggregate(arguments.build, arguments.keys * 8, arguments.keys)
    tasks = {"worker": job.task("worker"), "streams": job.task("streams")}
    print("making the tables", flush=True)
    WorkerContestant(arguments.binary, job.pipeline).run(tasks["worker"])
    kafka_streams(arguments.build, job.name, 100).run(tasks["streams"])
    runs = []
    for turn in range(arguments.runs):
        for run in (restore_worker(arguments, job, tasks["worker"], arguments.keys),
                    restore_streams(arguments, tasks["streams"], arguments.keys)):
            runs.append(run)
            print(f"{turn + 1}/{arguments.runs} {run}", flush=True)
    print(f"\nrestore: {arguments.keys:,} keys, medians of {arguments.runs}; the changelogs are not "
          f"compacted yet, rows that were written several times are read as often\n")
    print(table(runs))
    for task in tasks.values():
        task.clean()


if __name__ == "__main__":
    main()
