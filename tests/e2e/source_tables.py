"""Tables of topics on real Kafka, with kill -9 at random moments: one that is partitioned, an
aggregate over it, a topic that gets its changes, and a global one, whose topic ends in markers and
aborted records. At the end all of them equal a fold of what was produced; then once more with the
rows deleted from the disk, and on a second worker, which holds all of the global table, too.

`--long` after the executable: 20 kills in place of 3. The seed is printed; SEED=n in the
environment repeats a run.
"""

import glob
import json
import os
import random
import shutil
import sys
import time
from collections import defaultdict

from confluent_kafka import Producer

from harness import case
from harness.kafka import Kafka
from harness.murmur2 import java_partition
from harness.tables_case import NEEDS, TablesCase
from harness.waiting import wait_until

LONG = "--long" in sys.argv
KILLS = 20 if LONG else 3
PARTITIONS, KEYS, PART = 4, 300, 4000
CITIES = ["Rome", "Oslo", "Ulm", None]
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
tables:
  users:
    topic: {app}-users
    key: id
    schema: {{id: string, city: "string?", n: int}}
    sink: {{topic: {app}-told}}
  by_city: {{from: users, key: city, columns: {{users: count(*), total: sum(n)}}}}
  rates: {{topic: {app}-rates, key: currency, global: true, schema: {{currency: int, rate: int}}}}
"""


class SourceTables(TablesCase):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}", file=sys.stderr)
        self.random = random.Random(SEED)
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("source_tables")
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.kafka.create(self.app + "-users", PARTITIONS)
        self.kafka.create(self.app + "-rates", 3)
        self.config = self.write("tables.yaml", PIPELINE.format(app=self.app,
                                                                brokers=self.kafka.brokers))
        self.users, self.rates, self.produced_rates = {}, {}, 0

    def start(self, number):
        return self.worker(self.config, settings={"instance": f"{self.app}-{number}"})

    # What is produced, and what it comes to.

    def change_user(self):
        key = f"u{self.random.randrange(KEYS)}"
        value = None
        if self.random.random() > 0.2:
            value = {"id": key, "city": self.random.choice(CITIES), "n": self.random.randrange(100)}
        self.users[key] = value
        return java_partition(key.encode(), PARTITIONS), key.encode(), value and json.dumps(value).encode()

    def change_rate(self):
        key = self.random.randrange(KEYS)
        value = None if self.random.random() < 0.2 else {"rate": self.random.randrange(1000)}
        self.rates[key] = value
        self.produced_rates += 1
        return None, str(key).encode(), value and json.dumps(value).encode()

    def produce(self):
        self.kafka.produce(self.app + "-users", [self.change_user() for _ in range(PART)])
        self.kafka.produce(self.app + "-rates", [self.change_rate() for _ in range(PART)])

    def produce_transactions(self):
        """Each partition ends in a marker; of one the last records were aborted."""
        producer = Producer({"bootstrap.servers": self.kafka.brokers,
                             "transactional.id": self.app + "-foreign"})
        producer.init_transactions(30)
        for partition in range(3):
            producer.begin_transaction()
            producer.produce(self.app + "-rates", b'{"rate": -1}', str(1000 + partition),
                             partition=partition)
            if partition == 0:
                producer.flush(30)
                producer.abort_transaction(30)
                continue
            producer.commit_transaction(30)
            self.rates[1000 + partition] = {"rate": -1}
            self.produced_rates += 1

    def wanted_users(self):
        return {key: {"city": value["city"], "n": value["n"]}
                for key, value in self.users.items() if value}

    def wanted_rates(self):
        return {key: value for key, value in self.rates.items() if value}

    def wanted_cities(self):
        cities = defaultdict(lambda: {"users": 0, "total": 0})
        for value in self.wanted_users().values():
            if value["city"]:
                cities[value["city"]]["users"] += 1
                cities[value["city"]]["total"] += value["n"]
        return dict(cities)

    # What the workers made.

    def told_users(self):
        """{key: value of the last record}; a key whose last one is a null is not there."""
        found = {}
        for messages in self.kafka.read(self.app + "-told").values():
            for message in messages:
                found[message.key().decode()] = message.value() and json.loads(message.value())
        return {key: value for key, value in found.items() if value}

    def both_rows(self, table, *workers):
        """Of a table whose partitions are spread over workers; None while one moves."""
        found = {}
        for worker in workers:
            rows = self.rows(worker, table)
            if rows is None:
                return None
            found.update(rows)
        return found

    def check_all(self, *workers):
        for table, wanted in (("users", self.wanted_users()), ("by_city", self.wanted_cities())):
            wait_until(lambda: f"{table} is as it was produced",
                       lambda: self.both_rows(table, *workers) == wanted, 60, 0.2)
        for worker in workers:
            wait_until(lambda: f"rates are as they were produced on {worker.name}",
                       lambda: self.rows(worker, "rates") == self.wanted_rates(), 60, 0.2)

    def delete_rows(self):
        """Of all tables, on the disk."""
        folders = [folder for table in ("users", "by_city", "rates")
                   for folder in glob.glob(os.path.join(self.folder, "state", self.app, "*", table))]
        self.assertGreaterEqual(len(folders), 3)
        for folder in folders:
            shutil.rmtree(folder)

    def test_source_tables(self):
        worker = self.start(1).start().wait_ready()
        for _ in range(KILLS):
            self.produce()
            time.sleep(self.random.random() * 0.8)  # any moment
            worker.kill()
            worker.start()
        self.produce()
        self.produce_transactions()
        worker.wait_ready()
        self.check_all(worker)
        wait_until("the topic has the last change of each user",
                   lambda: self.told_users() == self.wanted_users(), 30, 0.3)
        self.assertEqual(worker.metrics().total("streamworker_restores_total"), 0)
        self.assertEqual(worker.stop(), 0)

        # A start goes on where it was: nothing of the topic is read twice.
        worker.start().wait_ready()
        self.check_all(worker)
        self.assertEqual(worker.metrics().total("streamworker_records_consumed_total"), 0)
        self.assertEqual(worker.stop(), 0)

        # Ready means that all is there again.
        self.delete_rows()
        worker.start().wait_ready()
        self.assertEqual(self.rows(worker, "rates"), self.wanted_rates())
        self.check_all(worker)
        self.assertEqual(worker.metrics().total("streamworker_restored_rows_total", table="rates"),
                         self.produced_rates)

        # A second worker has all of the global table, and its share of the others.
        second = self.start(2).start().wait_ready()
        self.assertEqual(self.rows(second, "rates"), self.wanted_rates())
        self.produce()
        self.check_all(worker, second)
        self.assertEqual(second.stop(), 0)
        self.assertEqual(worker.stop(), 0)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run(needs=NEEDS)
