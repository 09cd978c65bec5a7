"""Runs one job by all contestants in turn and prints what each run cost, medians and ratios.

Called by run.sh, which starts the servers and builds the programs.
"""

import argparse
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from contestants import WorkerContestant, faust, kafka_streams, limit  # noqa: E402
from jobs import JOBS  # noqa: E402
from measure import table  # noqa: E402

WARM_UP_RECORDS = 100_000


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description=__doc__)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--records", type=int,
                        help="default: 4 000 000, mysql_upsert 1 000 000, hopping 2 000 000")
    parser.add_argument("--keys", type=int, help="of the tables' jobs; default: 100 000")
    parser.add_argument("--only", default="", help="comma-separated: worker,limit,kstreams,faust")
    parser.add_argument("--also", action="append", default=[], metavar="PATH=VALUE",
                        help="the worker with this setting takes part as well")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE",
                        help="a setting of the worker's pipeline file")
    parser.add_argument("--streams-commit-ms", type=int, default=100,
                        help="Kafka Streams' commit interval; 100 is its default for exactly once")
    parser.add_argument("--binary", required=True, help="the worker's executable")
    parser.add_argument("--build", required=True, help="folder of the benchmark's programs")
    return parser.parse_args()


def contestants(arguments, job):
    build = arguments.build
    all_of_them = {"worker": WorkerContestant(arguments.binary, job.pipeline, arguments.set)}
    if job.limit_arguments:
        all_of_them["limit"] = limit(build, job.name, job.limit_arguments)
    if job.name != "mysql_upsert":
        all_of_them["kstreams"] = kafka_streams(build, job.name, arguments.streams_commit_ms)
    if hasattr(job, "windows"):
        all_of_them["faust"] = faust(build, job.name)
    chosen = [name for name in arguments.only.split(",") if name] or list(all_of_them)
    return [all_of_them[name] for name in chosen] + [
        WorkerContestant(arguments.binary, job.pipeline, arguments.set + [setting],
                         f"worker {setting}") for setting in arguments.also]


def run_once(job, contestant):
    """The run, and what it wrote."""
    task = job.task(re.sub("[^a-z0-9.]", "-", contestant.name.lower()), contestant.most)
    try:
        return contestant.run(task), task.outcome()
    finally:
        task.clean()


def warm_up(arguments):
    """A short, uncounted turn: a new broker makes its internal topics with the first transaction."""
    job = JOBS[arguments.job](arguments.build, WARM_UP_RECORDS, arguments.keys)
    for contestant in contestants(arguments, job):
        run_once(job, contestant)


def main():
    arguments = parse()
    warm_up(arguments)
    job = JOBS[arguments.job](arguments.build, arguments.records, arguments.keys)
    runs, outcomes = [], set()
    for turn in range(arguments.runs):
        for contestant in contestants(arguments, job):
            run, outcome = run_once(job, contestant)
            runs.append(run)
            outcomes.add(outcome)
            print(f"{turn + 1}/{arguments.runs} {run}", flush=True)
            assert len(outcomes) == 1, f"the contestants differ in what they wrote: {outcomes}"
    print(f"\n{job.name}: {job.records:,} records, medians of {arguments.runs}, "
          f"{os.cpu_count()} cores, broker and contestants on the same machine; "
          f"written: {outcomes.pop()}\n")
    print(table(runs))


if __name__ == "__main__":
    main()
