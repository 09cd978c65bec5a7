"""The job of config/classifieds.yaml on real servers, with names of its own, and its exact result."""

import os
import re
from collections import Counter

from .case import TOP
from .classifieds_data import COLUMNS, PARTITIONS, fold, row_of
from .murmur2 import java_partition
from .observer import Observer
from .waiting import wait_until

CONFIG = os.path.join(TOP, "config", "classifieds.yaml")
# The tables, and what the file's timer calls.
SCRIPTS = [os.path.join(TOP, "sql", name) for name in (
    "initial_script.sql", "find_margin_stored_function.sql", "find_margin_by_adtype_procedure.sql",
    "find_margin_by_paymenttype_procedure.sql")]
BATCH = 15
MARKER = re.compile(rb"#(\d+)#")

# Every move of a position, with the transaction that wrote its rows: this shows the batches.
AUDIT = [
    """CREATE TABLE position_moves (id BIGINT AUTO_INCREMENT PRIMARY KEY, topic VARCHAR(255),
       part INT, start_offset BIGINT, end_offset BIGINT) ENGINE=InnoDB""",
    """CREATE TRIGGER position_moved AFTER UPDATE ON streamworker_offsets FOR EACH ROW
       INSERT INTO position_moves (topic, part, start_offset, end_offset)
       VALUES (NEW.topic, NEW.part, OLD.next_offset, NEW.next_offset)"""]


class ClassifiedsJob:
    def __init__(self, case, kafka, mysql):
        """`mysql` is a database of the job's own. Everything is removed when the test ends."""
        self.case, self.kafka, self.mysql = case, kafka, mysql
        self.app = case.unique("classifieds")
        self.topic = self.app + "-data"
        self.repartition = self.app + "-store_classifieds-repartition"
        mysql.create()
        case.addCleanup(mysql.drop)
        for script in SCRIPTS:
            mysql.run_script(script)
        kafka.create(self.topic, PARTITIONS)
        case.addCleanup(kafka.drop_prefix, self.app)
        self.observer = Observer(kafka, self.repartition)
        case.addCleanup(self.observer.close)

    def worker(self, **settings):
        """Short windows, so that the last records of a test need not wait for 30 s."""
        paths = {"app": self.app, "offset_reset": "earliest", "kafka.brokers": self.kafka.brokers,
                 "streams.data.topic": self.topic, "commit.interval": "1s",
                 "pipelines.store_classifieds.batch.window": "1s",
                 "databases.mtdataengineer.url": self.mysql.url(), **settings}
        return self.case.worker(CONFIG, settings=paths)

    def watch_positions(self):
        """Once a worker has made its table."""
        wait_until("streamworker_offsets is there", lambda: self.mysql.run(
            "SHOW TABLES LIKE 'streamworker_offsets'"), 30)
        self.mysql.run(*AUDIT)

    def positions(self):
        rows = self.mysql.run("SELECT topic, part, next_offset FROM streamworker_offsets "
                              "WHERE app = '%s' AND next_offset > 0" % self.app)
        return {(topic, part): offset for topic, part, offset in rows}

    def wait_finished(self, seconds=60):
        """All input is committed and all rows are in the database."""
        self.input = self.kafka.read(self.topic)
        ends = self.kafka.ends(self.topic)
        wait_until(lambda: f"{self.kafka.committed(self.app, self.topic)} is committed, the ends "
                           f"are {ends}",
                   lambda: self.kafka.committed(self.app, self.topic) == ends, seconds, 0.2)
        self.repartitioned = self.observer.wait_end()
        self.wanted = {(self.repartition, partition): messages[-1].offset() + 1
                       for partition, messages in self.repartitioned.items() if messages}
        wait_until(lambda: f"positions are {self.positions()}, wanted {self.wanted}",
                   lambda: self.positions() == self.wanted, seconds, 0.2)

    # What must be true then. Differences are shown as a few examples, not as 200 000 lines.

    def check(self):
        self.check_table()
        self.check_repartition()
        self.check_positions()

    def check_table(self):
        wanted = fold(self.input)
        found = {row[0]: tuple(row) for row in self.mysql.run(
            f"SELECT {', '.join(COLUMNS)} FROM Classifieds")}
        missing = sorted(set(wanted) - set(found))
        foreign = sorted(set(found) - set(wanted))
        self.case.assertFalse(missing, f"{len(missing)} ids are missing, {missing[:5]}")
        self.case.assertFalse(foreign, f"{len(foreign)} ids came from nowhere, {foreign[:5]}")
        different = [(wanted[id], found[id]) for id in wanted if wanted[id] != found[id]]
        self.case.assertFalse(different, f"{len(different)} rows differ, {different[:3]}")

    def check_repartition(self):
        """Each record once, in the partition that Java's partitioner chooses for its ad_type."""
        ad_types = {}
        for messages in self.input.values():
            for message in messages:
                ad_type = row_of(message.value())[COLUMNS.index("ad_type")].encode()
                ad_types[number_of(message.value())] = ad_type
        seen = Counter()
        for partition, messages in self.repartitioned.items():
            for message in messages:
                number = number_of(message.value())
                seen[number] += 1
                self.case.assertEqual(message.key(), ad_types[number])
                self.case.assertEqual(partition, java_partition(message.key(), PARTITIONS))
        twice = [number for number, times in seen.items() if times > 1]
        self.case.assertFalse(twice, f"{len(twice)} records are there twice, {twice[:5]}")
        self.case.assertEqual(len(seen), len(ad_types))

    def check_positions(self):
        self.case.assertEqual(self.positions(), self.wanted)

    def check_batches(self):
        """No transaction took more than BATCH records; each began where the one before ended."""
        moves = self.mysql.run("SELECT topic, part, start_offset, end_offset FROM position_moves "
                               "ORDER BY id")
        offsets = {partition: [message.offset() for message in messages]
                   for partition, messages in self.repartitioned.items()}
        at = {}  # of each partition: index of the next record, its position
        for topic, part, start, end in moves:
            if topic != self.repartition:
                continue
            index, position = at.get(part, (0, start))
            self.case.assertEqual(start, position)
            taken = 0
            while index < len(offsets[part]) and offsets[part][index] < end:
                index, taken = index + 1, taken + 1
            self.case.assertLessEqual(taken, BATCH, f"{part}: {start} to {end}")
            at[part] = index, end
        self.case.assertEqual({part: index for part, (index, _) in at.items() if index},
                              {part: len(found) for part, found in offsets.items() if found})


def number_of(value):
    """A text can hold any character, so the first marker is the one: it begins the text."""
    return int(MARKER.search(value).group(1))
