"""Watches what moves: how long nothing did, whether all that was there is passed after a fault, and
what the workers take of memory and descriptors."""

import os
import threading
import time

import pymysql
from confluent_kafka import OFFSET_END, KafkaException, TopicPartition

from .job import SINKS

PASSED_WITHIN = 30  # seconds
STARTED_WITHIN = 90  # topics are made, members come one after the other
INTERVAL = 0.5
TAIL = 200  # offsets in front of an end in which the last record is looked for
RSS_GROWTH, DESCRIPTOR_GROWTH = 1.5, 1.5  # times what it was after the first third, and
RSS_MORE, DESCRIPTORS_MORE = 48 << 20, 64  # so much more


class Positions:
    """The group's and the database's: {(what, partition): offset}. One thread."""

    def __init__(self, scene):
        self.scene = scene
        self.group = scene.kafka.consumer(scene.app, "read_uncommitted")
        self.end = scene.kafka.consumer("watch", "read_uncommitted")
        self.reader = scene.kafka.consumer("watch", **{"fetch.wait.max.ms": 50})
        self.wanted = []

    def partitions(self):
        if not self.wanted:
            known = self.scene.kafka.topics()
            if all(topic in known for topic in self.scene.topics_read()):
                self.wanted = [TopicPartition(topic, partition)
                               for topic in self.scene.topics_read()
                               for partition in range(self.scene.kafka.partitions(topic))]
        return self.wanted

    def read(self):
        """None when a server does not answer just now."""
        try:
            found = {(one.topic, one.partition): max(one.offset, 0)
                     for one in self.group.committed(self.partitions(), timeout=5)}
            found.update(self.scene.database_positions())
            return found
        except (KafkaException, pymysql.MySQLError):
            return None

    def ends(self):
        """{(topic, partition): end}, behind open transactions. By the end of each partition, as
        consumers are told of it: librdkafka's own query waits for ever for a broker that died."""
        found = {}
        self.read_to_end(self.end, {(one.topic, one.partition): OFFSET_END
                                    for one in self.partitions()}, found, lambda message: None)
        return found

    def last_records(self, ends):
        """({(topic, partition): behind the last committed record before that end}, {of those with a
        transaction that is open before it: how far they can be read}). Markers, and records of
        transactions that were aborted, are nothing that a position has to pass."""
        last, found = dict.fromkeys(ends, 0), {}

        def take(message):
            place = (message.topic(), message.partition())
            if message.offset() < ends[place]:
                last[place] = message.offset() + 1
        self.read_to_end(self.reader, {place: max(0, end - TAIL) for place, end in ends.items()},
                         found, take)
        return last, {place: end for place, end in found.items() if end < ends[place]}

    def read_to_end(self, consumer, starts, ends, take):
        """Fills `ends`; a KafkaException when some partition has no leader for a while."""
        consumer.assign([TopicPartition(*place, start) for place, start in starts.items()])
        deadline = time.monotonic() + 5
        try:
            while len(ends) < len(starts):
                for message in consumer.consume(1000, 0.1):
                    if message.error() is None:
                        take(message)
                    elif message.error().name() == "_PARTITION_EOF":
                        ends.setdefault((message.topic(), message.partition()), message.offset())
                if time.monotonic() > deadline:
                    raise KafkaException(f"no answer of {sorted(set(starts) - set(ends))[:5]}")
        finally:
            consumer.unassign()

    def close(self):
        self.group.close()
        self.end.close()
        self.reader.close()


class Watch:
    def __init__(self, scene):
        self.scene = scene
        self.longest, self.longest_where = 0, "nowhere"
        self.during = "the start"  # which fault; None: no more input comes
        self.closing = threading.Event()
        self.figures = []
        self.began = time.monotonic()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def close(self):
        self.closing.set()
        self.thread.join()

    # The longest time without a move of one of the input's partitions, which gets records always.

    def run(self):
        positions = Positions(self.scene)
        topic, moved, last = f"{self.scene.app}-in", {}, {}
        while not self.closing.wait(INTERVAL):
            now, found = time.monotonic(), positions.read()
            if found is None:  # a new client finds brokers that are back sooner than one that saw them go
                positions.close()
                positions, found = Positions(self.scene), {}
            for place, offset in found.items():
                if place[0] == topic and offset != last.get(place):
                    moved[place], last[place] = now, offset
            for place, since in moved.items():
                if self.during and now - since > self.longest:
                    self.longest = now - since
                    self.longest_where = f"{place[0]}[{place[1]}], {self.during}"
        positions.close()

    # After a fault.

    def wait_passed(self, what, running=None, seconds=PASSED_WITHIN):
        """Until all workers are ready, every partition is read, and every database has taken, up to
        what is there now, and no transaction of before is open. Returns how that went."""
        self.what, self.last, self.behind = what, "all at once", "no server answered"
        positions, self.waiting_since, self.within = Positions(self.scene), time.monotonic(), seconds
        try:
            ends = self.wait(running, positions.ends)
            self.wait(running, lambda: self.is_empty("not ready", self.not_ready(running)))
            wanted = self.wait(running, lambda: self.settled(positions, ends))
            self.wait(running, lambda: self.is_empty("behind", self.left(positions, wanted)))
        finally:
            positions.close()
        return f"all is passed after {time.monotonic() - self.waiting_since:.1f} s, {self.last}"

    def wait(self, running, step):
        """What `step` returns, once that is something and servers answer; one deadline for all."""
        while True:
            self.scene.check_running(running)
            try:
                found = step()
                if found:
                    return found
            except (KafkaException, pymysql.MySQLError) as error:
                self.behind = str(error)
            if time.monotonic() > self.waiting_since + self.within:
                raise AssertionError(f"{self.within} s after {self.what} not all is passed that was "
                                     f"there then (load {os.getloadavg()[0]:.0f} on "
                                     f"{os.cpu_count()} cores): {self.behind}\n{self.states()}")
            time.sleep(0.2)

    def is_empty(self, what, behind):
        if behind:
            self.behind = {place: f"{what}: {at}" for place, at in behind.items()}
            self.last = (f"{what} {time.monotonic() - self.waiting_since:.1f} s: "
                         + " ".join(f"{name}[{part}]" for name, part in list(behind)[:3]))
        return not behind

    def settled(self, positions, ends):
        last, still_open = positions.last_records(ends)
        return self.is_empty("open", still_open) and last

    def not_ready(self, running):
        reasons = {}
        for number, worker in enumerate(running or self.scene.workers, 1):
            try:
                status, body = worker.get("/health/ready")
                if status != 200:
                    reasons[worker.name, number] = body.decode().strip()
            except OSError as error:
                reasons[worker.name, number] = str(error)
        return reasons

    def left(self, positions, wanted):
        """{(topic or sink, partition): where it is and is to be}"""
        found = positions.read() or {}
        due = dict(wanted)
        for sink, name in SINKS.items():
            due.update({(sink, partition): offset for (topic, partition), offset in wanted.items()
                        if topic == f"{self.scene.app}-{name}"})
        return {place: f"{found.get(place, 0)} of {offset}" for place, offset in due.items()
                if found.get(place, 0) < offset}

    def states(self):
        """What the workers say of themselves, for a failure's sake."""
        said = []
        for worker in self.scene.workers:
            for path in ("/health/ready", "/assignment"):
                try:
                    said.append(f"{worker.name} {path}: {worker.get(path)[1].decode().strip()}")
                except (OSError, AssertionError) as error:
                    said.append(f"{worker.name} {path}: {error}")
        return "\n".join(said)

    # Memory and descriptors.

    def measure(self):
        figures = {}
        for worker in self.scene.workers:
            with open(f"/proc/{worker.pid}/status", encoding="ascii") as file:
                lines = dict(line.split(":", 1) for line in file)
            figures[worker.name] = (int(lines["VmRSS"].split()[0]) << 10,
                                    len(os.listdir(f"/proc/{worker.pid}/fd")))
        self.figures.append(figures)
        return ", ".join(f"{name} {rss >> 20} MiB {descriptors} descriptors"
                         for name, (rss, descriptors) in figures.items())

    def growth(self):
        """What is more than after the first third allows, as texts."""
        grown = []
        first = [max(one[at] for one in self.figures[0].values()) for at in (0, 1)]
        limits = (first[0] * RSS_GROWTH + RSS_MORE, first[1] * DESCRIPTOR_GROWTH + DESCRIPTORS_MORE)
        for name, figures in self.figures[-1].items():
            for what, figure, limit in zip(("bytes", "descriptors"), figures, limits):
                if figure > limit:
                    grown.append(f"{name} has {figure} {what}, more than {limit:.0f}")
        return grown
