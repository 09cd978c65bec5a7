"""Records that are bad in thirteen ways, among good ones, and what must become of each."""

import json
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

PARTITIONS = 4
NAME, LIMIT = 20, 8000  # characters of the column, bytes of the output topic
FIRST = datetime(2020, 4, 8, 18, 7, 32)

# Of each way to be bad: the step that refuses the record, its pipeline, its sink, and whether the
# cause can be repaired (`repaired` in bad_records.py).
WAYS = {
    "syntax": ("decode", "", "", False),
    "type": ("decode", "", "", True),
    "utf8": ("decode", "", "", False),
    "overflow": ("decode", "", "", False),
    "missing": ("decode", "", "", True),
    "future": ("decode", "", "", True),
    "deep": ("decode", "", "", False),
    "too_long": ("sink", "store", "items", True),
    "out_of_range": ("sink", "store", "items", True),
    "null": ("sink", "store", "items", True),
    "oversized": ("output", "copy", "topic:{out}", True),
    "expression": ("select", "copy", "", True),
    "column": ("select", "store", "items", True),
}


@dataclass
class Record:
    number: int
    way: str  # empty: good
    partition: int
    key: bytes
    value: bytes
    timestamp: int
    offset: int = -1

    @property
    def headers(self):
        return [("trace", b"%d" % self.number), ("note", b""), ("trace", b"\xff\x00")]

    def reaches(self, pipeline, repaired=False):
        """Is it written by this pipeline?"""
        if not self.way:
            return True
        step, refused_by, _, repairable = WAYS[self.way]
        if step == "decode" or refused_by == pipeline:
            return repaired and repairable
        return True


def records(count, bad, seed):
    """`count` records, `bad` of them bad, each way as often as any other (or once more)."""
    chance = random.Random(seed)
    places = chance.sample(range(count), bad)
    ways = dict(zip(places, (list(WAYS) * (bad // len(WAYS) + 1))[:bad]))
    now = int(time.time() * 1000)
    for number in range(count):
        way = ways.get(number, "")
        yield Record(number, way, chance.randrange(PARTITIONS), b"k%d" % (number % 1000),
                     value_of(number, way), now - chance.randrange(10**7))


def value_of(number, way):
    fields = {"number": number, "name": f"name {number}", "small": number % 30000,
              "label": f"label {number % 7}", "share": number % 100, "text": "",
              "units": number % 100,
              "at": (FIRST + timedelta(seconds=number)).isoformat(sep=" ")}
    if way == "type":
        fields["share"] = str(fields["share"])
    if way == "missing":
        del fields["name"]
    if way == "future":
        later = datetime.now(timezone.utc) + timedelta(days=30)
        fields["at"] = later.strftime("%Y-%m-%d %H:%M:%S")
    if way == "deep":
        nested = []
        for _ in range(80):
            nested = [nested]
        fields["extra"] = nested
    if way == "too_long":
        fields["name"] = "n" * (NAME + 1)
    if way == "out_of_range":
        fields["small"] = 70000
    if way == "null":
        fields["label"] = None
    if way == "oversized":
        fields["text"] = "t" * (LIMIT + 1000)
    if way == "expression":
        fields["share"] = 500
    if way == "column":
        fields["units"] = 500
    if way == "overflow":
        fields["small"] = 2**63
    text = json.dumps(fields).encode()
    if way == "syntax":
        return text[:-2]
    if way == "utf8":
        return text.replace(b"name ", b"name \xff")
    return text
