"""What must come out of the job, computed from the input topic as it lies in Kafka."""

import json
from collections import defaultdict
from dataclasses import dataclass

from .job import GRACE, RANKS, VISITS_GRACE, WINDOW


@dataclass
class Entry:
    partition: int
    offset: int
    number: int
    who: str
    shop: str
    amount: int
    at: int
    late: bool

    @property
    def start(self):
        return self.at // WINDOW * WINDOW


def read_input(messages):
    """(entries by partition, [(partition, offset)] of the bad records)."""
    entries, bad = defaultdict(list), []
    for partition, found in messages.items():
        for message in found:
            try:
                value = json.loads(message.value())
            except ValueError:
                bad.append((partition, message.offset()))
                continue
            entries[partition].append(Entry(partition, message.offset(), **value))
    return dict(entries), bad


def total_row():
    return {"n": 0, "total": 0, "least": 10**9, "most": -10**9, "newest": None}


def add_to_total(row, entry):
    row["n"] += 1
    row["total"] += entry.amount
    row["least"] = min(row["least"], entry.amount)
    row["most"] = max(row["most"], entry.amount)
    row["newest"] = entry.number


def add_to_window(rows, place, entry):
    row = rows.setdefault(place, {"n": 0, "total": 0})
    row["n"] += 1
    row["total"] += entry.amount


class Fold:
    """`kept`, `copied`: {number: entry}. `totals`: {shop: row} without `newest`, which depends on
    which partition was read first. `windows`, `visits`: {(key, start): row}, open ones too.
    `closed`: those of `windows` that must have been told. `visits_told`: {partition: [(who, start)]}
    in their order. `letters`: the identities of all dead letters."""

    def __init__(self, topic, messages):
        self.entries, self.bad = read_input(messages)
        everything = sorted((entry for found in self.entries.values() for entry in found),
                            key=lambda entry: entry.number)
        self.by_number = {entry.number: entry for entry in everything}
        self.kept = {entry.number: entry for entry in everything
                     if entry.amount % 7 and not entry.late}
        self.copied = {entry.number: entry for entry in everything if entry.number % 3 == 0}
        self.letters = {(topic, partition, offset, "decode", "", "")
                        for partition, offset in self.bad}
        self.fold_kept()
        self.visits, self.visits_told = {}, {}
        for partition, found in self.entries.items():
            self.fold_visits(topic, partition, found)

    def fold_kept(self):
        self.totals, self.windows = defaultdict(total_row), {}
        for entry in self.kept.values():
            add_to_total(self.totals[entry.shop], entry)
            add_to_window(self.windows, (entry.shop, entry.start), entry)
        for row in self.totals.values():
            del row["newest"]
        # Behind a repartition stream time is the smallest over the source's partitions.
        passed = min(max(entry.at for entry in found) for found in self.entries.values())
        self.closed = {place: row for place, row in self.windows.items()
                       if place[1] + WINDOW + GRACE <= passed}
        self.ranks = {}
        for row in self.totals.values():
            rank = self.ranks.setdefault(str(row["n"] % RANKS),
                                         {"shops": 0, "total": 0, "of": 0})
            rank["shops"] += 1
            rank["total"] += row["total"]
            rank["of"] += row["n"]

    def fold_visits(self, topic, partition, entries):
        """In the order of the topic: what is late is known exactly."""
        rows, stream_time = {}, 0
        for entry in entries:
            if entry.start + WINDOW + VISITS_GRACE <= stream_time:
                self.letters.add((topic, partition, entry.offset, "late", "visits", ""))
            else:
                add_to_window(rows, (entry.who, entry.start), entry)
            stream_time = max(stream_time, entry.at)
        self.visits.update(rows)
        told = [place for place in rows if place[1] + WINDOW + VISITS_GRACE <= stream_time]
        self.visits_told[partition] = sorted(told, key=lambda place: (place[1], place[0].encode()))

    def offsets(self, numbers):
        """Where records of the input lie, for a message."""
        return [f"in[{entry.partition}]@{entry.offset}"
                for entry in map(self.by_number.get, numbers) if entry is not None]

    def numbers_of_shop(self, shop, start=None):
        return [entry.number for entry in self.kept.values()
                if entry.shop == shop and start in (None, entry.start)]

    def numbers_of_who(self, who, start):
        return [entry.number for found in self.entries.values() for entry in found
                if (entry.who, entry.start) == (who, start)]
