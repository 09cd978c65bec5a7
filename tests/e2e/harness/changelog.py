"""Reads the changelog of a table, from the form that src/table/row.h and src/store describe, not by
their code: the newest row of each key, as what its aggregate calls hold."""

from dataclasses import dataclass, field

PROGRESS, ROW = b"\0", 1
NULL, INT, DECIMAL, TIMESTAMP, STRING = 0, 1, 5, 6, 9
SESSION, AGE = 2, 4  # flags of rows that are read nowhere here


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        taken = self.data[self.at:self.at + count]
        assert len(taken) == count, f"it is cut off: {self.data!r}"
        self.at += count
        return taken

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        value = self.varint()
        return value >> 1 if value % 2 == 0 else -(value >> 1) - 1

    def value(self):
        tag = self.take(1)[0]
        if tag == NULL:
            return None
        if tag in (INT, TIMESTAMP):
            return self.signed()
        if tag == DECIMAL:
            scale = self.take(1)[0]
            return self.signed() / 10**scale if scale else self.signed()
        assert tag == STRING, f"a value of tag {tag}"
        return self.take(self.varint()).decode()

    def text(self):
        return self.take(self.varint()).decode()


def count(data):
    return data.varint()


def exact_sum(data):
    """Of ints; null over nothing."""
    many, total = data.varint(), data.value()
    return total if many else None


def one(data):
    """Of min, max, first, last."""
    return data.value()


def row(data, calls):
    """{column: what it holds}; `calls`: {column: count | exact_sum | one}, in the order of the file."""
    read = Bytes(data)
    version, flags = read.take(2)
    assert version == 1 and not flags & (SESSION | AGE), f"a row of version {version}, {flags}"
    read.take(read.varint())  # the key's values
    assert read.take(1) == b"\1", "a state of another version"
    held = {name: call(read) for name, call in calls.items()}
    assert read.at == len(data), f"{len(data) - read.at} bytes are left of {data!r}"
    return held


def place(key, windowed):
    """The key's text, or (text, start of the window)."""
    if not windowed:
        return key.decode()
    return key[8:].decode(), int.from_bytes(key[:8], "big") - 2**63


@dataclass
class Progress:
    inputs: dict = field(default_factory=dict)  # {(topic, partition): where it goes on}
    stream_time: int = None


def progress(data):
    """As far as it is needed here."""
    read = Bytes(data)
    assert read.take(1) == b"\1", "progress of another version"
    found = Progress()
    for _ in range(read.varint()):
        topic, partition = read.text(), read.signed()
        found.inputs[topic, partition] = read.signed()
    if read.varint():
        found.stream_time = read.signed()
    return found


def fold(messages, calls, windowed=False):
    """(rows, progress) of one partition, from its committed records in their order."""
    rows, last = {}, None
    for message in messages:
        if message.key() == PROGRESS:
            last = progress(message.value())
            continue
        assert message.key()[0] == ROW, f"a key of a changelog: {message.key()!r}"
        where = place(message.key()[1:], windowed)
        if message.value() is None:
            rows.pop(where, None)
        else:
            rows[where] = row(message.value(), calls)
    return rows, last
