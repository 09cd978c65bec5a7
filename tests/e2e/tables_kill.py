"""Tables on real Kafka, with kill -9 at random moments: a repartition, an aggregate, windows with
`emit: final`, an output topic. At the end the table, its changelog and the outputs (read committed)
equal a fold of the input by rules of this file's own, and no restart had to restore everything.

`--long` after the executable: 30 kills in place of 2. The seed is printed; SEED=n in the
environment repeats a run.
"""

import json
import os
import random
import sys
import time
from collections import defaultdict

from confluent_kafka import Producer

from harness import case
from harness.kafka import Kafka
from harness.waiting import wait_until

LONG = "--long" in sys.argv
KILLS = 30 if LONG else 2
PARTITIONS, KEYS, PART = 4, 500, 6000
FIRST = 1_600_000_000_000  # ms
STEP = 25                  # ms of event time between records of one partition
WINDOW, GRACE = 10_000, 5_000
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
PIPELINE = """
app: {app}
instance: {app}
kafka: {{brokers: "{brokers}"}}
streams:
  events:
    topic: {app}-in
    schema: {{number: int, who: string, amount: int, at: {{type: timestamp, format: unix_ms}}}}
    timestamp: at
tables:
  totals:
    from: events
    key: who
    columns: {{n: count(*), total: sum(amount), least: min(amount), most: max(amount)}}
    sink: {{topic: {app}-totals}}
  windows:
    from: events
    key: who
    window: {{tumbling: 10s, grace: 5s, idle_timeout: 1h}}
    emit: final
    columns: {{n: count(*), total: sum(amount)}}
    sink: {{topic: {app}-windows}}
"""


class TablesKill(case.Case):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}", file=sys.stderr)
        self.random = random.Random(SEED)
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("tables")
        self.kafka.create(self.app + "-in", PARTITIONS)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.worker_process = self.worker(self.write("tables.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers)))
        self.events = []

    def produce(self, count):
        producer = Producer({"bootstrap.servers": self.kafka.brokers, "linger.ms": 20,
                             "enable.idempotence": True})  # else a retry may make records late
        for _ in range(count):
            number = len(self.events)
            # Out of order within the grace, so that nothing is late.
            at = FIRST + number // PARTITIONS * STEP - self.random.randrange(GRACE // 2)
            event = {"number": number, "who": f"k{self.random.randrange(KEYS)}",
                     "amount": self.random.randrange(-1000, 1000), "at": at}
            self.events.append(event)
            producer.produce(self.app + "-in", json.dumps(event).encode(), None, number % PARTITIONS)
            producer.poll(0)
        self.assertEqual(producer.flush(60), 0)

    # The fold.

    def totals(self):
        rows = {}
        for event in self.events:
            row = rows.setdefault(event["who"], {"n": 0, "total": 0, "least": 10**9, "most": -10**9})
            row["n"] += 1
            row["total"] += event["amount"]
            row["least"] = min(row["least"], event["amount"])
            row["most"] = max(row["most"], event["amount"])
        return rows

    def windows(self):
        """{(who, start): row}; of all windows, closed or not."""
        rows = defaultdict(lambda: {"n": 0, "total": 0})
        for event in self.events:
            row = rows[event["who"], event["at"] // WINDOW * WINDOW]
            row["n"] += 1
            row["total"] += event["amount"]
        return rows

    # What the worker made.

    def last_totals(self):
        found = {}
        for messages in self.kafka.read(self.app + "-totals").values():
            for message in messages:
                found[message.key().decode()] = json.loads(message.value())
        return found

    def told_windows(self):
        """{(who, start): [row]}, and in each partition the ends as they came."""
        found, ends = defaultdict(list), []
        for messages in self.kafka.read(self.app + "-windows").values():
            came = []
            for message in messages:
                who, start = json.loads(message.key())
                row = json.loads(message.value())
                found[who, start].append({"n": row["n"], "total": row["total"]})
                came.append((start + WINDOW, who))
            ends.append(came)
        return found, ends

    def table(self):
        rows, cursor = {}, None
        while True:
            page = self.worker_process.get_json(
                "/tables/totals?limit=200" + (f"&cursor={cursor}" if cursor else ""))
            for row in page["rows"]:
                rows[row["key"]] = row["value"]
            cursor = page.get("next")
            if not cursor:
                return rows

    def counted(self):
        """How many records the totals hold, as the table's readers see it."""
        try:
            return sum(row["n"] for row in self.table().values())
        except (OSError, KeyError, ValueError):
            return -1

    def test_tables_kill(self):
        self.worker_process.start().wait_ready()
        restores = 0
        for _ in range(KILLS):
            self.produce(PART)
            time.sleep(self.random.random() * 0.8)  # any moment
            restores += self.full_restores()
            self.worker_process.kill()
            self.worker_process.start()
        self.produce(PART)
        # Far enough ahead that every window of before closes, in every partition of the source.
        end = max(event["at"] for event in self.events) + WINDOW + GRACE
        self.close_windows(end)
        self.worker_process.wait_ready()
        wait_until(lambda: f"{self.counted()} of {len(self.events)} records are in the table",
                   lambda: self.counted() == len(self.events), 60, 0.2)
        wanted = {place: row for place, row in self.windows().items()
                  if place[1] + WINDOW + GRACE <= end}
        wait_until(lambda: f"{len(self.told_windows()[0])} of {len(wanted)} windows were told",
                   lambda: len(self.told_windows()[0]) >= len(wanted), 60, 0.3)
        restores += self.full_restores()
        table = self.table()
        self.assertEqual(self.worker_process.stop(), 0)
        self.assertEqual(table, self.totals())
        self.assertEqual(self.last_totals(), self.totals())
        told, ends = self.told_windows()
        self.assertEqual({place: len(rows) for place, rows in told.items() if len(rows) > 1}, {})
        self.check_same({place: rows[0] for place, rows in told.items()}, wanted)
        for came in ends:
            self.assertEqual([end for end, _ in came], sorted(end for end, _ in came))
        self.assertEqual(restores, 0)

    def check_same(self, found, wanted):
        """In few words: there are thousands."""
        missing = sorted(set(wanted) - set(found), key=lambda place: place[1])
        foreign = sorted(set(found) - set(wanted), key=lambda place: place[1])
        other = [(place, found[place], wanted[place]) for place in found
                 if place in wanted and found[place] != wanted[place]]
        self.assertFalse(missing or foreign or other,
                         f"{len(missing)} missing {missing[:3]}, {len(foreign)} foreign "
                         f"{foreign[:3]}, {len(other)} other {other[:5]}")

    def full_restores(self):
        """Of this process so far: a start with the rows of before restores the tail alone."""
        try:
            metrics = self.worker_process.metrics()
        except OSError:
            return 0
        return metrics.total("streamworker_restores_total")

    def close_windows(self, end):
        producer = Producer({"bootstrap.servers": self.kafka.brokers})
        for partition in range(PARTITIONS):
            event = {"number": len(self.events), "who": "last", "amount": 0, "at": end}
            self.events.append(event)
            producer.produce(self.app + "-in", json.dumps(event).encode(), None, partition)
        self.assertEqual(producer.flush(60), 0)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run(needs=("KAFKA_BROKERS",))
