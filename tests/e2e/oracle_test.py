"""The oracle's own test, without servers: a world in which everything is right shows no difference,
and each thing that a faulty worker could have done to it shows the right one."""

import json
import threading
import unittest
from collections import defaultdict
from datetime import datetime, timezone

from harness.letters import ERRORS, IDENTITY
from harness.murmur2 import java_partition
from oracle.fold import Fold, add_to_total, total_row
from oracle.job import PARTITIONS, WINDOW, Input
from oracle.outcome import Outcome

RECORDS = 3000


class Message:
    def __init__(self, partition, offset, key, value, headers=()):
        self.partition, self.offset = lambda: partition, lambda: offset
        self.key, self.value, self.headers = lambda: key, lambda: value, lambda: list(headers)


def log(records):
    """A topic from (partition, key, value, headers …)."""
    topic = {partition: [] for partition in range(PARTITIONS)}
    for partition, *record in records:
        topic[partition].append(Message(partition, len(topic[partition]), *record))
    return topic


def by_key(records):
    """The same from (key of the partition, key, value), as the worker's topics are."""
    return log((java_partition(of.encode(), PARTITIONS), key.encode(), json.dumps(value).encode())
               for of, key, value in records)


def moment(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


class World:
    """What a right worker makes of the input; `read` and `run` are those of Kafka and MariaDB."""

    app = "oracle"

    def __init__(self):
        made, ended = Input(10**6), threading.Event()
        records = made.records(ended)
        came = []
        while len(came) < RECORDS:
            came.append(next(records))
        ended.set()
        self.topics = {"in": log(came + list(records))}
        self.fold = Fold("oracle-in", self.topics["in"])
        self.kafka = self.mysql = self
        self.write_topics()
        self.rows = {
            "copied": [(one.number, one.who, one.amount) for one in self.fold.copied.values()],
            "totals": [(shop, *row.values()) for shop, row in self.last.items()],
            "windows": [(shop, moment(start), moment(start + WINDOW), *row.values())
                        for (shop, start), row in self.fold.closed.items()]}

    def write_topics(self):
        kept = self.fold.kept.values()
        self.topics["kept"] = by_key(
            (one.shop, one.shop, {"number": one.number, "amount": one.amount}) for one in kept)
        rows, changes = defaultdict(total_row), []
        for one in kept:
            add_to_total(rows[one.shop], one)
            changes.append((one.shop, one.shop, dict(rows[one.shop])))
        self.topics["totals"] = by_key(changes)
        self.last = rows
        self.topics["windows"] = by_key(
            (place[0], json.dumps(place), self.fold.closed[place])
            for place in sorted(self.fold.closed, key=lambda place: (place[1], place[0])))
        self.topics["visits"] = log(
            (partition, json.dumps(place).encode(), json.dumps(self.fold.visits[place]).encode())
            for partition, places in self.fold.visits_told.items() for place in places)
        self.topics["ranks"] = by_key((rank, rank, row) for rank, row in self.fold.ranks.items())
        self.topics["dead-letters"] = log(
            (0, b"", b"", [(ERRORS + name, str(part).encode()) for name, part in zip(IDENTITY, one)])
            for one in sorted(self.fold.letters))

    def copy(self):
        """To be spoilt."""
        world = object.__new__(World)
        world.kafka = world.mysql = world
        world.fold = self.fold
        world.topics = {name: {partition: list(messages) for partition, messages in topic.items()}
                        for name, topic in self.topics.items()}
        world.rows = {name: list(rows) for name, rows in self.rows.items()}
        return world

    def read(self, topic):
        return self.topics[topic.removeprefix("oracle-")]

    def run(self, statement):
        return self.rows[statement.split()[-1]]

    def differences(self):
        outcome = Outcome(self, self.fold)
        outcome.check_topics()
        outcome.check_database()
        outcome.check_copies()
        return "\n".join(outcome.differences)

    # What a faulty worker does.

    def longest(self, name):
        return max(self.topics[name].values(), key=len)

    def lose(self, name):
        messages = self.longest(name)
        del messages[len(messages) // 2]

    def double(self, name):
        messages = self.longest(name)
        messages.insert(len(messages) // 2, messages[len(messages) // 2])

    def swap(self, name):
        """The first record and the last of a partition."""
        messages = self.longest(name)
        messages[0], messages[-1] = messages[-1], messages[0]

    def change(self, name, column):
        messages = self.longest(name)
        at = len(messages) // 2
        value = json.loads(messages[at].value())
        value[column] += 1
        messages[at] = Message(messages[at].partition(), messages[at].offset(), messages[at].key(),
                               json.dumps(value).encode())

    def misplace(self, name):
        messages = self.longest(name)
        other = next(found for found in self.topics[name].values() if found is not messages)
        other.append(messages.pop(len(messages) // 2))


class Differences(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.right = World()

    def setUp(self):
        self.world = self.right.copy()

    def expect(self, text):
        self.assertIn(text, self.world.differences())

    def test_a_right_worker(self):
        self.assertEqual(self.world.differences(), "")
        self.assertTrue(all(self.world.topics.values()))
        self.assertGreater(len(self.world.fold.closed), 100)
        self.assertEqual({one[3] for one in self.world.fold.letters}, {"decode", "late"})

    def test_what_is_lost(self):
        for name in ("kept", "totals", "windows", "visits", "dead-letters"):
            with self.subTest(name):
                self.setUp()
                self.world.lose(name)
                self.expect("dead letters" if name == "dead-letters" else f"topic {name}")

    def test_what_is_there_twice(self):
        for name in ("kept", "totals", "windows", "visits"):
            with self.subTest(name):
                self.setUp()
                self.world.double(name)
                self.expect(f"topic {name}")

    def test_what_is_out_of_order(self):
        for name, where in (("kept", "topic kept: order"), ("totals", "topic totals: changes"),
                            ("windows", "topic windows: order"), ("visits", "topic visits: order")):
            with self.subTest(name):
                self.setUp()
                self.world.swap(name)
                self.expect(where)

    def test_what_has_another_value(self):
        for name, column in (("kept", "amount"), ("totals", "total"), ("windows", "n"),
                             ("visits", "total"), ("ranks", "of")):
            with self.subTest(name):
                self.setUp()
                self.world.change(name, column)
                self.expect(f"topic {name}")

    def test_what_is_in_another_partition(self):
        self.world.misplace("kept")
        self.expect("topic kept: 1 differences")

    def test_rows(self):
        for name in ("copied", "totals", "windows"):
            with self.subTest(name):
                self.setUp()
                self.world.rows[name].pop()
                self.expect(f"rows of {name}: 1 differences")
        self.setUp()
        shop, *row, newest = self.world.rows["totals"].pop()
        self.world.rows["totals"].append((shop, *row, newest - 1))
        self.expect("rows of totals and the topic: 1 differences")
        self.setUp()
        self.world.rows["copied"].append(self.world.rows["copied"][7])
        self.expect("rows of copied: 1 differences")


if __name__ == "__main__":
    unittest.main(verbosity=2)
