"""Records that are bad in thirteen ways, on real Kafka and MariaDB, with kill -9 at random moments: the
good ones are where they belong, the dead letters are the bad ones, and replay brings those whose cause
was repaired into the pipeline that refused them, once.

`--long` after the executable: 100 000 records, 1 000 bad, 10 kills in place of 10 000, 120 and 2. The
seed is printed; SEED=n in the environment repeats a run.
"""

import json
import os
import random
import subprocess
import sys
import time

from confluent_kafka import Producer
from confluent_kafka.admin import ConfigResource

from harness import case
from harness.bad_data import LIMIT, NAME, PARTITIONS, WAYS, records
from harness.kafka import GroupOffsets, Kafka
from harness.letters import ERRORS, letters_left
from harness.mysql import Mysql
from harness.waiting import wait_until

LONG = "--long" in sys.argv
RECORDS, BAD, KILLS = (100_000, 1_000, 10) if LONG else (10_000, 120, 2)
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
NO_LIMIT = "9223372036854775807"
# {coerce}, {max_future}, {name}, {share}, {units}: what is repaired later.
PIPELINE = """
app: {app}
instance: {app}
kafka: {{brokers: "{brokers}"}}
databases:
  shop: {{url: "{url}"}}
streams:
  numbers:
    topic: {app}-in
    coerce: {coerce}
    max_future: {max_future}
    timestamp: at
    schema:
      number: int
      name: {name}
      small: int
      label: string?
      share: int
      at: timestamp
      units: int
      text: {{type: string, default: ""}}
pipelines:
  store:
    from: numbers
    batch: {{size: 50, window: 200ms}}
    sink: {{database: shop, table: items, insert: true,
            columns: {{number: number, name: name, small: small, label: label,
                      units: {{expr: units * 10, type: "{units}"}}}}}}
  copy:
    from: numbers
    select: {{number: number, text: text, tenth: {{expr: share * 10, type: "{share}"}}}}
    sink: {{topic: {app}-out}}
"""
BROKEN = {"coerce": "false", "max_future": "1d", "name": "string", "share": "decimal(3,0)",
          "units": "decimal(3,0)"}
REPAIRED = {"coerce": "true", "max_future": "60d", "name": '{type: string, default: "none"}',
            "share": "decimal(9,0)", "units": "decimal(9,0)"}
NOT_PAST = "left: the application is not past it: run it, then replay again"


class BadRecords(case.Case):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}", file=sys.stderr)
        self.random = random.Random(SEED)
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.mysql = Mysql(os.environ["MYSQL_PORT"], self.unique("e2e"))
        self.mysql.create()
        self.addCleanup(self.mysql.drop)
        # Without a key: a row that is written twice is there twice.
        self.mysql.run(f"CREATE TABLE items (number BIGINT NOT NULL, name VARCHAR({NAME}) NOT NULL, "
                       "small SMALLINT NOT NULL, label VARCHAR(20) NOT NULL, "
                       "units INT NOT NULL) ENGINE=InnoDB")
        self.app = self.unique("bad")
        self.topic, self.out = self.app + "-in", self.app + "-out"
        self.letters_topic = self.app + "-dead-letters"
        self.kafka.create(self.topic, PARTITIONS)
        self.kafka.create(self.out, PARTITIONS, max_message_bytes=str(LIMIT),
                          message_timestamp_after_max_ms=NO_LIMIT)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.records = list(records(RECORDS, BAD, SEED))
        self.configure(BROKEN)
        self.process = self.worker(self.config)

    def configure(self, values):
        self.config = self.write("bad.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, url=self.mysql.url(), **values))

    def produce(self, some):
        failed = []

        def delivered(record):
            def done(error, message):
                record.offset = message.offset()
                if error is not None:
                    failed.append(error)
            return done

        producer = Producer({"bootstrap.servers": self.kafka.brokers, "enable.idempotence": True,
                             "linger.ms": 20})
        for record in some:
            while True:
                try:
                    producer.produce(self.topic, record.value, record.key, record.partition,
                                     on_delivery=delivered(record), timestamp=record.timestamp,
                                     headers=record.headers)
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
        self.assertEqual(producer.flush(60), 0)
        self.assertFalse(failed)

    # What there is.

    def stored(self):
        return [row[0] for row in self.mysql.run("SELECT number FROM items ORDER BY number")]

    def stored_count(self):
        return self.mysql.run("SELECT count(*) FROM items")[0][0]

    def copied(self):
        found = self.kafka.read(self.out)
        return sorted(json.loads(message.value())["number"]
                      for messages in found.values() for message in messages)

    def letters(self):
        return letters_left(self.kafka.read(self.letters_topic)[0])

    def wanted_letters(self):
        return {(self.topic, one.partition, one.offset, *self.way(one)): one
                for one in self.records if one.way}

    def way(self, record):
        step, pipeline, sink, _ = WAYS[record.way]
        return step, pipeline, sink.format(out=self.out)

    def wanted(self, pipeline, repaired=()):
        """Numbers that this pipeline has written, once the letters of these steps are replayed."""
        return [one.number for one in self.records
                if one.reaches(pipeline, one.way and WAYS[one.way][0] in repaired)]

    def command(self, *arguments):
        return [self.binary, "dead-letters", *arguments, "-c", self.config]

    def dead_letters(self, *arguments, code=0):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stderr)
        self.said = done.stderr
        return done.stdout

    # What must be true.

    def wait_written(self, repaired=(), seconds=120):
        rows, copies = (len(self.wanted(one, repaired)) for one in ("store", "copy"))
        wait_until(lambda: f"{self.stored_count()} rows of {rows}",
                   lambda: self.stored_count() >= rows, seconds, 0.2)
        wait_until(lambda: f"{len(self.copied())} records of {copies} in the output topic",
                   lambda: len(self.copied()) >= copies, seconds, 0.3)

    def check_written(self, repaired=()):
        self.check_same(self.stored(), self.wanted("store", repaired), "the table")
        self.check_same(self.copied(), self.wanted("copy", repaired), "the output topic")

    def check_same(self, found, wanted, where):
        if found == wanted:
            return
        twice = sorted({number for number, after in zip(found, found[1:]) if number == after})
        ways = {one.number: one.way for one in self.records}
        missing = [(number, ways[number]) for number in sorted(set(wanted) - set(found))]
        foreign = [(number, ways[number]) for number in sorted(set(found) - set(wanted))]
        self.fail(f"{where}: twice {twice[:5]}, missing {missing[:5]}, foreign {foreign[:5]}")

    def check_letters(self):
        """Exactly the bad records, as they were produced, with the right step."""
        found, wanted = self.letters(), self.wanted_letters()
        self.assertEqual(set(found), set(wanted))
        for identity, message in found.items():
            record = wanted[identity]
            self.assertEqual(message.key(), record.key)
            self.assertEqual(message.value(), record.value)
            self.assertEqual(message.timestamp()[1], record.timestamp)
            self.assertEqual(message.headers()[:3], record.headers)
            headers = dict(message.headers()[3:])
            self.assertEqual(headers[ERRORS + "app"], self.app.encode())
            self.assertTrue(headers[ERRORS + "message"])

    def check_list(self):
        listed = [json.loads(line)
                  for line in self.dead_letters("list", "--format", "json").splitlines()]
        names = ("topic", "partition", "offset", "step", "pipeline", "sink")
        self.assertEqual(sorted(tuple(one[name] for name in names) for one in listed),
                         sorted(self.letters()))
        for one in listed:
            self.assertTrue(one["message"] and one["time"])
        rows = [one for one in self.wanted_letters() if one[3] == "sink"]
        table = self.dead_letters("list", "--step", "sink", "--pipeline", "store").splitlines()
        self.assertEqual(len(table), len(rows) + 1)
        self.assertEqual(self.dead_letters("list", "--until", "1h"), "")
        self.assertEqual(len(self.dead_letters("list", "--since", "1h", "--limit",
                                               "3").splitlines()), 4)
        topic, partition, offset = rows[0][:3]
        shown = self.dead_letters("show", f"{topic}[{partition}]@{offset}")
        self.assertIn("sink       items", shown)
        self.assertIn(self.wanted_letters()[rows[0]].value.decode(), shown)

    # How it comes about.

    def feed_and_kill(self):
        """The records come in parts; in the middle of each but the last the worker is killed."""
        part = -(-RECORDS // (KILLS + 1))
        self.process.start()
        for start in range(0, RECORDS, part):
            some = self.records[start:start + part]
            self.produce(some)
            if start + part >= RECORDS:
                break
            share = self.random.random()
            before = len([one for one in self.records[:start] if one.reaches("store")])
            wait_until("it is at work", lambda: self.stored_count() >= before + share * len(some) / 2,
                       60, 0.01)
            time.sleep(self.random.random() / 10)  # any moment
            self.process.kill()
            self.process.start()
        self.wait_written()

    def repair(self):
        self.mysql.run("ALTER TABLE items MODIFY name VARCHAR(200) NOT NULL, "
                       "MODIFY small BIGINT NOT NULL, MODIFY label VARCHAR(20) NULL")
        changed = self.kafka.admin.alter_configs([ConfigResource(
            ConfigResource.Type.TOPIC, self.out,
            set_config={"max.message.bytes": str(LIMIT * 10),
                        "message.timestamp.after.max.ms": NO_LIMIT})])
        for done in changed.values():
            done.result(30)
        self.configure(REPAIRED)
        self.process.start().wait_ready()

    def replay_interrupted(self):
        """Killed somewhere on its way, then run again until it has left nothing."""
        replay = subprocess.Popen(self.command("replay"), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            replay.wait(self.random.random() * 2)
        except subprocess.TimeoutExpired:
            replay.kill()
            replay.wait()
        wait_until(lambda: f"replay leaves nothing\n{self.said}", self.replay_rest, 60, 0.3)

    def replay_rest(self):
        """The one before may have brought back what was refused again this moment: such a letter
        is left, and said to be, until the worker has committed its record."""
        done = subprocess.run(self.command("replay"), capture_output=True, text=True, timeout=120)
        self.said = done.stderr
        if done.returncode == 0:
            return True
        left = [line for line in self.said.splitlines() if " left: " in line]
        self.assertTrue(left and all(line.endswith(NOT_PAST) for line in left), self.said)
        return False

    def wait_past(self):
        """All transactions are settled, and the worker is behind the last record."""
        for topic in (self.topic, self.letters_topic):
            wait_until(f"no transaction is open in {topic}", lambda name=topic:
                       self.kafka.ends(name, "read_committed") == self.kafka.ends(name), 30)
        ends = {partition: messages[-1].offset() + 1
                for partition, messages in self.kafka.read(self.topic).items() if messages}
        committed = GroupOffsets(self.kafka, self.app, self.topic)
        self.addCleanup(committed.consumer.close)
        wait_until(lambda: f"{committed.read()} are committed, wanted {ends}",
                   lambda: all(committed.read()[one] >= end for one, end in ends.items()), 60)

    def test_bad_records(self):
        self.feed_and_kill()
        self.assertEqual(self.process.stop(), 0)
        self.check_written()
        self.check_letters()
        self.check_list()
        self.repair()

        self.dead_letters("replay", "--step", "sink")
        self.assertIn("warning: how far store/items came is not looked at", self.said)
        self.wait_written(["sink"])
        self.check_written(["sink"])
        self.replay_interrupted()
        self.wait_written(["sink", "output", "select", "decode"])
        self.wait_past()
        self.assertEqual(self.process.stop(), 0)
        self.check_written(["sink", "output", "select", "decode"])
        # What cannot be repaired was refused again: letters of their own, with the same record.
        hopeless = [one for one in self.records if one.way and not WAYS[one.way][3]]
        left = self.letters()
        self.assertEqual(sorted(message.value() for message in left.values()),
                         sorted(one.value for one in hopeless))
        self.assertFalse(set(left) & set(self.wanted_letters()))
        self.check_same_headers(left)

    def check_same_headers(self, letters):
        records = {(one.key, one.value): one for one in self.records if one.way}
        for message in letters.values():
            record = records[message.key(), message.value()]
            self.assertEqual(message.headers()[:3], record.headers)
            self.assertEqual(message.timestamp()[1], record.timestamp)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run(needs=("KAFKA_BROKERS", "MYSQL_PORT"))
