"""The job: its pipeline file, and its input, which follows from the numbers of the records."""

import itertools
import json
import time

from harness.murmur2 import java_partition

PARTITIONS = 6             # three workers of two threads
FIRST = 1_600_000_000_000  # ms of event time
STEP = 20                  # ms of event time from a record to the next
JITTER = 2_000             # ms that a record may be older than one before it
LATE = 60_000              # ms that a late record is older
WINDOW, GRACE, VISITS_GRACE = 10_000, 5_000, 1_000
WHO, SHOPS, RANKS = 61, 40, 5

PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}", replication: {replication}}}
commit: {{interval: 500ms}}
threads: 2
memory: 96MiB
databases:
  shop: {{url: "{url}"}}
streams:
  events:
    topic: {app}-in
    key: who
    schema:
      number: int
      who: string
      shop: string
      amount: int
      at: {{type: timestamp, format: unix_ms}}
      late: bool
    timestamp: at
pipelines:
  kept:                       # by another key, so through a topic of the worker's own
    from: events
    where: amount % 7 <> 0 AND NOT late
    partition_key: shop
    sink: {{topic: {app}-kept}}
  copied:                     # without a key: what is written twice is there twice
    from: events
    where: number % 3 = 0
    select: {{number: number, who: who, amount: amount}}
    batch: {{size: 50, window: 200ms}}
    sink: {{database: shop, table: copied, insert: true}}
tables:
  totals:
    from: kept
    key: shop
    columns:
      n: count(*)
      total: sum(amount)
      least: min(amount)
      most: max(amount)
      newest: last(number)
    sink: [{{topic: {app}-totals}}, {{database: shop, table: totals, upsert: [shop]}}]
  windows:
    from: kept
    key: shop
    window: {{tumbling: 10s, grace: 5s, idle_timeout: 1h, expires: 30d}}
    emit: final
    columns: {{n: count(*), total: sum(amount)}}
    sink:
      - {{topic: {app}-windows}}
      - {{database: shop, table: windows, upsert: [shop, window_start]}}
  visits:                     # of the topic itself: stream time, and so what is late, is exact
    from: events
    key: who
    window: {{tumbling: 10s, grace: 1s, idle_timeout: 1h, expires: 30d, late: dead_letter}}
    emit: final
    columns: {{n: count(*), total: sum(amount)}}
    sink: {{topic: {app}-visits}}
  ranks:                      # rows that change are taken back, also from another key's row
    from: totals
    key: {{rank: "n % 5"}}
    columns: {{shops: count(*), total: sum(total), of: sum(n)}}
    sink: {{topic: {app}-ranks}}
"""
TABLES = (
    "CREATE TABLE copied (number BIGINT, who VARCHAR(20), amount BIGINT) ENGINE=InnoDB",
    "CREATE TABLE totals (shop VARCHAR(20) PRIMARY KEY, n BIGINT, total BIGINT, least BIGINT, "
    "most BIGINT, newest BIGINT) ENGINE=InnoDB",
    "CREATE TABLE windows (shop VARCHAR(20), window_start DATETIME(3), window_end DATETIME(3), "
    "n BIGINT, total BIGINT, PRIMARY KEY (shop, window_start)) ENGINE=InnoDB")
# What the worker reads beside its input.
INTERNAL = ("kept-repartition", "ranks-repartition", "totals-sink", "windows-sink")
# Whose positions stand in the database, and what they read.
SINKS = {"copied/copied": "in", "totals/totals": "totals-sink", "windows/windows": "windows-sink"}
OUTPUTS = ("kept", "totals", "windows", "visits", "ranks")


def event(number):
    """(key, value) of a record of the input."""
    late = number % 97 == 5
    at = FIRST + number * STEP - number * 7919 % JITTER - (LATE if late else 0)
    return message(number, f"w{number * 7919 % WHO}", f"s{number * 13 % SHOPS}",
                   number * 31 % 2001 - 1000, at, late)


def is_bad(number):
    """No JSON; one that closes windows takes the next number."""
    return number % 211 == 7


def message(number, who, shop, amount, at, late=False):
    value = json.dumps({"number": number, "who": who, "shop": shop, "amount": amount, "at": at,
                        "late": late}).encode()
    if is_bad(number):
        value = value[:-1]
    return java_partition(who.encode(), PARTITIONS), who.encode(), value


class Input:
    """Records at a steady rate until `ended` is set; then, in each partition, one that closes all
    windows of before. `next` is the number that comes next."""

    def __init__(self, rate):
        self.rate, self.next = rate, 0

    def records(self, ended):
        began = time.monotonic()
        while not ended.wait(max(0, began + self.next / self.rate - time.monotonic())):
            for _ in range(max(1, self.rate // 50)):
                yield event(self.next)
                self.next += 1
        yield from self.closing()

    def closing(self):
        at = FIRST + self.next * STEP + WINDOW + GRACE + JITTER
        open_partitions = set(range(PARTITIONS))
        for attempt in itertools.count():
            who = f"close{attempt}"
            if java_partition(who.encode(), PARTITIONS) in open_partitions:
                while is_bad(self.next):
                    self.next += 1
                record = message(self.next, who, "closing", 1, at)
                open_partitions.discard(record[0])
                self.next += 1
                yield record
            if not open_partitions:
                return
