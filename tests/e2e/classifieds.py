"""The main job on a real Kafka and a real MariaDB: 200 000 classifieds, exact to the last column."""

import os
import subprocess
import threading

from harness import case
from harness.classifieds_data import classifieds
from harness.classifieds_job import BATCH, CONFIG, ClassifiedsJob
from harness.kafka import Kafka
from harness.mysql import Mysql

RECORDS = 200_000
SEED = 20200408
EVERY = 1000  # commit.every of the file, with its one thread


class CommitWatch:
    """Looks every 50 ms how far the group's offsets are behind what the source's tasks took."""

    def __init__(self, worker, topic):
        self.worker, self.topic = worker, topic
        self.behind = []  # records, over all partitions
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.05):
            members = self.worker.get_json("/assignment")["members"]
            tasks = [task for member in members for task in member["tasks"]
                     if task["topic"] == self.topic and task["committed"] is not None]
            if tasks:
                self.behind.append(sum(task["position"] - task["committed"] for task in tasks))

    def end(self):
        self.over.set()
        self.thread.join()
        return self.behind


class Classifieds(case.Case):
    def setUp(self):
        super().setUp()
        kafka = Kafka(os.environ["KAFKA_BROKERS"])
        mysql = Mysql(os.environ["MYSQL_PORT"], self.unique("e2e"))
        self.job = ClassifiedsJob(self, kafka, mysql)

    def test_table_and_topics_are_exact(self):
        worker = self.job.worker().start().wait_ready()
        self.job.watch_positions()
        # The independent client writes all repeated ids: only it chooses partitions itself.
        ours = RECORDS // 2
        watch = CommitWatch(worker, self.job.topic)
        self.addCleanup(watch.end)
        self.job.kafka.produce(self.job.topic, (
            found.record for found in classifieds(RECORDS - ours, SEED, repeated=0.6)))
        self.produce_with_worker(classifieds(ours, SEED + 1, first=RECORDS - ours, repeated=0))
        self.job.wait_finished(240)
        behind = watch.end()
        self.assertGreater(len(behind), 20)
        self.assertLessEqual(max(behind), EVERY, "the group's offsets trail what was taken")
        self.assertEqual(sum(map(len, self.job.input.values())), RECORDS)
        self.job.check()
        self.job.check_batches()
        self.check_histogram(worker)
        self.assertEqual(worker.stop(), 0)

    def produce_with_worker(self, records):
        path = os.path.join(self.folder, "classifieds.jsonl")
        with open(path, "wb") as file:
            for found in records:
                file.write(found.value + b"\n")
        subprocess.run([self.binary, "produce", "-c", CONFIG, "data", path,
                        "--brokers", self.job.kafka.brokers,
                        "--set", f"streams.data.topic={self.job.topic}"],
                       check=True, stdout=subprocess.DEVNULL)

    def check_histogram(self, worker):
        metrics = worker.metrics()
        labels = {"pipeline": "store_classifieds"}
        batches = metrics.total("streamworker_batch_rows_count", **labels)
        self.assertGreaterEqual(batches, RECORDS / BATCH)
        small = [value for found, value in metrics.select("streamworker_batch_rows_bucket", **labels)
                 if float(found["le"]) <= BATCH]
        if small:
            self.assertIn(batches, small)


if __name__ == "__main__":
    case.run(needs=("KAFKA_BROKERS", "MYSQL_PORT"))
