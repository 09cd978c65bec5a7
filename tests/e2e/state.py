"""The state of tables on real Kafka, when it is lost, damaged, or somebody else's: what comes back by
itself equals a fold of the input, and nothing is told twice; what does not is refused with words that
say what to do, and `streamworker reset` does it.
"""

import glob
import json
import os
import random
import shutil
import subprocess
from collections import defaultdict

from confluent_kafka.admin import ConfigResource

from harness import case
from harness.kafka import Kafka
from harness.tables_case import NEEDS, TablesCase
from harness.waiting import wait_until

SEED = int(os.environ.get("SEED", "46"))
PARTITIONS, KEYS, RECORDS = 2, 300, 3000
FIRST, STEP, WINDOW = 1_600_000_000_000, 20, 10_000  # ms
HEAD = """
app: {app}
kafka: {{brokers: "{brokers}"}}
streams:
  events:
    topic: {app}-in
    schema: {{who: string, amount: int, at: {{type: timestamp, format: unix_ms}}}}
    timestamp: at
pipelines:
  copy: {{from: events, sink: {{topic: {app}-copy}}}}
tables:
  totals:
    from: events
    key: who
    columns: {{n: count(*), total: sum(amount{times})}}
    sink: {{topic: {app}-totals}}
  windows:
    from: events
    key: who
    window: {{tumbling: 10s, grace: 1s, idle_timeout: 1h}}
    emit: final
    columns: {{n: count(*)}}
    sink: {{topic: {app}-windows}}
"""
MORE = "  more: {{from: events, key: who, columns: {{n: count(*)}}, sink: {{topic: {app}-more}}}}\n"


class State(TablesCase):
    def setUp(self):
        super().setUp()
        print(f"SEED={SEED}")
        self.random = random.Random(SEED)
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("state")
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.kafka.create(self.app + "-in", PARTITIONS)
        self.changelog = self.app + "-totals-changelog"
        self.state = os.path.join(self.folder, "state")
        self.events = []
        self.use_file(HEAD)
        self.process = self.worker(self.path)

    def use_file(self, text, times=""):
        self.path = self.write("state.yaml", text.format(
            app=self.app, brokers=self.kafka.brokers, times=times))

    def produce(self, count):
        records = []
        for _ in range(count):
            number = len(self.events)
            event = {"who": f"k{self.random.randrange(KEYS)}", "amount": self.random.randrange(100),
                     "at": FIRST + number // PARTITIONS * STEP}
            self.events.append(event)
            records.append((number % PARTITIONS, None, json.dumps(event).encode()))
        self.kafka.produce(self.app + "-in", records)

    # The fold.

    def totals(self, times=1):
        rows = defaultdict(lambda: {"n": 0, "total": 0})
        for event in self.events:
            rows[event["who"]]["n"] += 1
            rows[event["who"]]["total"] += event["amount"] * times
        return dict(rows)

    def closed(self):
        """{(who, start): n} of the windows that the input closes."""
        rows = defaultdict(int)
        for event in self.events:
            rows[event["who"], event["at"] // WINDOW * WINDOW] += 1
        last = max(event["at"] for event in self.events) - STEP
        return {place: n for place, n in rows.items() if place[1] + WINDOW + 1000 <= last}

    # What the worker made.

    def told(self, topic):
        """[(key as text, value)], in the order of each partition."""
        return [((message.key() or b"").decode(), json.loads(message.value()))
                for messages in self.kafka.read(f"{self.app}-{topic}").values()
                for message in messages]

    def wait_totals(self, times=1):
        self.wait_rows(self.process, "totals", self.totals(times))

    def wait_windows(self):
        """Each closed window once."""
        wait_until(lambda: f"{len(self.closed())} windows, {len(self.told('windows'))} were told",
                   self.all_told, 60)
        wanted = self.closed()
        found = defaultdict(list)
        for key, row in self.told("windows"):
            found[tuple(json.loads(key))].append(row["n"])
        self.assertEqual({place: rows for place, rows in found.items() if len(rows) > 1}, {})
        self.assertEqual({place: rows[0] for place, rows in found.items()}, wanted)

    def all_told(self):
        """A source says with its next record how far it is, when it was started again since."""
        self.produce(PARTITIONS)
        try:
            wait_until("they are told", lambda: len(self.told("windows")) >= len(self.closed()), 3,
                       0.2)
            return True
        except AssertionError:
            return False

    def set_aside(self):
        return self.process.metrics().total("streamworker_stores_set_aside_total")

    def rows_of(self, table):
        return glob.glob(os.path.join(self.state, self.app, "0", table, "[0-9]"))

    def flip_bytes(self, table):
        """In the first block of the largest sorted file of each partition."""
        for folder in self.rows_of(table):
            largest = max(glob.glob(os.path.join(folder, "*.sst")), key=os.path.getsize)
            with open(largest, "r+b") as file:
                file.seek(100)
                byte = file.read(1)[0]
                file.seek(100)
                file.write(bytes([byte ^ 0x40]))

    def restart(self, before=lambda: None):
        self.assertEqual(self.process.stop(), 0)
        before()
        self.process.start().wait_ready()

    def refused(self, *words):
        """The worker does not start, and says why."""
        self.process.start()
        self.assertEqual(self.process.wait(40), 1)
        said = self.process.log()[self.process.log_start:].decode()
        for word in words:
            self.assertIn(word, said)

    def reset(self, *more, code=0):
        done = subprocess.run([self.binary, "reset", "-c", self.path, "--table", "totals", *more],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def test_lost_and_damaged(self):
        self.produce(RECORDS)
        self.process.start().wait_ready()
        self.wait_totals()
        self.wait_windows()
        self.restart(lambda: shutil.rmtree(self.state))
        self.assertGreaterEqual(self.process.metrics().total("streamworker_restores_total"), 4)
        self.flip_bytes("totals")  # of files that the restore has made, and nobody has read
        self.produce(500)          # which the table meets; or its readers do
        self.wait_totals()
        self.assertEqual(self.set_aside(), PARTITIONS)
        self.assertIn("was damaged: it lies in", self.process.tail(200))
        self.restart(lambda: [self.flip_bytes("totals"), self.flip_bytes("windows")])
        self.produce(500)
        self.wait_totals()
        self.wait_windows()
        self.wait_totals()
        self.assertGreaterEqual(self.set_aside(), PARTITIONS)
        self.assertEqual(len(glob.glob(os.path.join(self.state, self.app, "0", "totals", "*.damaged-*"))),
                         PARTITIONS)
        self.assertEqual(len(self.told("copy")), len(self.events))
        self.assertEqual(len(self.told("totals")), len(self.events))
        self.assertEqual(self.process.stop(), 0)

    def test_new_and_changed(self):
        self.produce(RECORDS)
        self.process.start().wait_ready()
        self.wait_totals()
        self.use_file(HEAD + MORE)
        self.restart()
        counts = {who: {"n": row["n"]} for who, row in self.totals().items()}
        self.wait_rows(self.process, "more", counts)
        self.assertEqual(len(self.told("more")), len(self.events))
        self.assertEqual(len(self.told("totals")), len(self.events))
        self.assertIn("there is a member", self.reset(code=1))
        self.assertEqual(self.process.stop(), 0)
        self.use_file(HEAD + MORE, " * 3")
        self.refused("sum(amount * 3)", "streamworker reset --table totals")
        self.assertIn("nothing was changed", self.reset("--dry-run"))
        self.assertIn(f"topic {self.app}-totals", self.reset())
        self.process.start().wait_ready()
        self.wait_totals(3)
        self.produce(500)
        self.wait_totals(3)
        self.restart(lambda: shutil.rmtree(self.state))  # nothing of before is in the changelog
        self.wait_totals(3)
        self.wait_windows()
        self.wait_totals(3)
        self.assertEqual(dict(self.told("totals")), self.totals(3))
        for topic in ("copy", "more"):
            wait_until(lambda name=topic: f"{name} has {len(self.events)}, {len(self.told(name))}",
                       lambda name=topic: len(self.told(name)) >= len(self.events), 20, 0.2)
            self.assertEqual(len(self.told(topic)), len(self.events))
        self.assertEqual(self.process.stop(), 0)

    def change_policy(self, policy):
        resource = ConfigResource("TOPIC", self.changelog, set_config={"cleanup.policy": policy})
        self.kafka.admin.alter_configs([resource])[resource].result(30)

    def test_foreign_changelogs(self):
        self.kafka.create(self.changelog, PARTITIONS)  # empty: it is adopted
        self.produce(500)
        self.process.start().wait_ready()
        self.assertIn(f"adopted topic {self.changelog}", self.process.tail(200))
        self.wait_totals()
        self.assertEqual(self.process.stop(), 0)
        self.change_policy("delete")
        self.refused(f"topic {self.changelog} is not compacted", "cleanup.policy=compact",
                     "streamworker reset --table totals")
        checked = subprocess.run([self.binary, "check", "-c", self.path, "--connect"],
                                 capture_output=True, text=True, timeout=60, check=False)
        self.assertIn(f"✗ topic {self.changelog} is not compacted", checked.stdout)
        self.assertEqual(checked.returncode, 69)
        self.reset()
        self.process.start().wait_ready()
        self.wait_totals()
        self.assertEqual(self.process.stop(), 0)
        self.kafka.drop(self.changelog)
        self.refused(f"{self.changelog}[", "has seen it up to", "reset --table totals")
        for folder in self.rows_of("totals"):
            shutil.rmtree(folder)
        self.refused(f"{self.changelog}[", "holds nothing, but the group", "reset --table totals")
        self.kafka.drop(self.changelog)
        self.kafka.create(self.changelog, PARTITIONS + 1, cleanup_policy="compact")
        self.refused(f"topic {self.changelog} has {PARTITIONS + 1} partitions", "reset --table totals")
        self.kafka.drop(self.changelog)
        self.reset()
        self.process.start().wait_ready()
        self.produce(100)
        self.wait_totals()
        self.assertEqual(self.process.stop(), 0)


if __name__ == "__main__":
    case.run(needs=NEEDS)
