"""Classifieds (the record of config/classifieds.yaml) and what a table of them must hold in the end."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

PARTITIONS = 4
AD_TYPES = ["Free", "Premium", "Platinum", "Größe 😀"]
DEFAULTS = {"id": "", "customer_id": "", "created_at": None, "text": "", "ad_type": "Free",
            "price": Decimal(0), "currency": "EUR", "payment_type": "Offline",
            "payment_cost": Decimal(0)}
COLUMNS = list(DEFAULTS)
FIRST_DAY = datetime(2020, 4, 8, 18, 7, 32)


def all_characters():
    """Every character that a text can hold, but for NUL."""
    return [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]


@dataclass
class Classified:
    number: int      # stands in the text as #number#, so that it is found in any encoding
    partition: int   # of the source topic; the same for all records of an id
    value: bytes     # JSON

    @property
    def record(self):
        """For Kafka.produce: no key."""
        return self.partition, None, self.value


def classifieds(count, seed, first=0, repeated=0.3):
    """`count` records; `repeated` of them carry the id of an earlier one, with its partition and
    ad_type. Together they hold every character when count is above 150 000; numbers start at
    `first`, and so do the ids, so that parts with other numbers have other ids."""
    chance = random.Random(seed)
    characters = all_characters()
    share = -(-len(characters) // 150000)
    known = []  # (id, partition, ad_type)
    for number in range(first, first + count):
        if known and chance.random() < repeated / (1 - 1 / count):
            identity = chance.choice(known)
        else:
            identity = (f"c{number}", chance.randrange(PARTITIONS), chance.choice(AD_TYPES))
            known.append(identity)
        at = number * share % len(characters)
        text = f"#{number}# '\"\\\n" + "".join(characters[at:at + share])
        yield Classified(number, identity[1], one_value(chance, number, identity, text))


def one_value(chance, number, identity, text):
    """JSON with some fields left to their defaults; escaped and plain characters take turns."""
    fields = {"id": identity[0], "customer_id": f"customer {chance.randrange(1000)}",
              "text": text, "ad_type": identity[2]}
    created = FIRST_DAY + timedelta(microseconds=chance.randrange(10**13))
    form = number % 4
    if form == 0:
        fields["created_at"] = created.strftime("%Y-%m-%d %H:%M:%S")
    elif form == 1:  # seven digits, of which six count
        fields["created_at"] = created.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{number % 10}Z"
    elif form == 2:
        fields["created_at"] = None
    if number % 3:
        fields["currency"] = chance.choice(["EUR", "USD", "₿"])
        fields["payment_type"] = chance.choice(["Offline", "Card", "Transfer"])
    body = json.dumps(fields, ensure_ascii=number % 2 == 0)
    # Decimals are written digit by digit: no double comes near them.
    price, cost = chance.randrange(10**10), chance.randrange(10**6)
    body = body[:-1] + f', "price": {price // 1000}.{price % 1000:03}'
    if number % 5:
        body += f', "payment_cost": {cost // 1000}.{cost % 1000:03}'
    return (body + "}").encode()


def row_of(value):
    """The nine columns of a record, in the order of COLUMNS."""
    fields = json.loads(value, parse_float=Decimal, parse_int=Decimal)
    found = {**DEFAULTS, **fields}
    created = found["created_at"]
    if created is not None:
        found["created_at"] = datetime.fromisoformat(created.replace("T", " ")[:26].rstrip("Z"))
    return tuple(found[name] for name in COLUMNS)


def fold(topic):
    """{id: row} from {partition: [message]}: the last record of each id wins."""
    rows = {}
    for messages in topic.values():
        for message in messages:
            row = row_of(message.value())
            rows[row[0]] = row
    return rows
