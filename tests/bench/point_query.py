"""How fast an idle worker answers `GET /tables/bidders/KEY`, by connections.

Fills the table of keyed_aggregate, then `get_keys` asks for random keys for five seconds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from harness.waiting import wait_until  # noqa: E402
from harness.worker import Worker  # noqa: E402
from jobs import KeyedAggregate  # noqa: E402

SECONDS = 5


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh point_query", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--clients", default="1,4,16", help="comma-separated")
    parser.add_argument("--binary", required=True, help="the worker's executable")
    parser.add_argument("--build", required=True, help="folder of the benchmark's programs")
    return parser.parse_args()


def ask(arguments, worker, clients):
    """Requests a second, others than 200, microseconds: median, 99th percentile."""
    printed = subprocess.run(
        [os.path.join(arguments.build, "get_keys"), f"port={worker.port()}", f"clients={clients}",
         f"seconds={SECONDS}", f"keys={arguments.keys}"],
        check=True, capture_output=True, text=True).stdout.split()
    requests, others, half, most = (int(number) for number in printed)
    assert others == 0, f"{others} requests were not answered with 200"
    return requests / SECONDS, half, most


def main():
    arguments = parse()
    job = KeyedAggregate(arguments.build, arguments.keys * 40, arguments.keys)
    task = job.task("worker")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        worker = Worker(arguments.binary, os.path.join(HERE, job.pipeline), folder,
                        environment=task.environment())
        try:
            worker.start().port()
            wait_until("all records are committed", task.committed, 120, 0.05)
            print("| clients | requests/s | lowest to highest | p50 µs | p99 µs |\n|---|---|---|---|---|")
            for clients in arguments.clients.split(","):
                found = [ask(arguments, worker, clients) for _ in range(arguments.runs)]
                rates, half, most = zip(*found)
                print(f"| {clients} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to "
                      f"{max(rates):,.0f} | {statistics.median(half)} | {statistics.median(most)} |",
                      flush=True)
        finally:
            worker.close()
    task.clean()


if __name__ == "__main__":
    main()
