"""The example files that need no database, with no server at all: `produce` and `run` with
`--brokers embedded`, kill -9, and the same rows again."""

import json
import os
import subprocess

from harness import case
from harness.waiting import wait_until

COUNT = 200
EMBEDDED = ["--brokers", "embedded"]
SUMS = {"purchases": ("purchases", "customer_table", "total"),
        "clickevents": ("clickevents", "uri_summary", "total"),
        "player_stats": ("games", "player_aggregates", "game_count")}


class EmbeddedJobs(case.Case):
    def rows(self, worker, table):
        status, body = worker.get(f"/tables/{table}")
        return {row["key"]: row["value"] for row in json.loads(body)["rows"]} if status == 200 else {}

    def run_job(self, name):
        stream, table, column = SUMS[name]
        config = os.path.join(case.TOP, "config", name + ".yaml")
        settings = {}
        if name == "clickevents":
            settings["pipelines.popular.sink.file"] = os.path.join(self.folder, "popular.jsonl")
        worker = self.worker(config, settings=settings, arguments=EMBEDDED)
        subprocess.run([self.binary, "produce", "-c", config, stream, "--count", str(COUNT),
                        "--state-dir", worker.state, *EMBEDDED], check=True, capture_output=True)
        worker.start().wait_ready()

        def printed():
            return worker.log().count(b"[0]@0 ") + worker.log().count(b"[1]@0 ") > 0
        wait_until("records are printed", printed, 30)
        before = self.settled(worker, table)
        self.assertGreater(sum(row[column] for row in before.values()), 0)
        if column == "game_count":
            self.assertEqual(sum(row[column] for row in before.values()), COUNT)
        worker.kill()
        worker.start().wait_ready()
        self.assertEqual(self.settled(worker, table), before)
        self.assertEqual(worker.stop(), 0)

    def settled(self, worker, table):
        """Once all input is committed everywhere."""
        def lag():
            tasks = [task for member in worker.get_json("/assignment")["members"]
                     for task in member["tasks"]]
            return tasks and all(task["position"] == task["end"] == task["committed"]
                                 for task in tasks if task["end"])
        wait_until(lambda: f"all is taken: {worker.get_json('/assignment')}", lag, 30)
        return wait_until(f"rows of {table}", lambda: self.rows(worker, table), 30)

    def test_purchases(self):
        self.run_job("purchases")

    def test_clickevents(self):
        self.run_job("clickevents")

    def test_player_stats(self):
        self.run_job("player_stats")


if __name__ == "__main__":
    case.run()
