"""Compares all that came out with the fold: what the workers answer, changelogs, topics, letters,
rows and positions in the database. Each difference is a text, with the ten first by key."""

import contextlib
import json
from collections import defaultdict
from datetime import datetime

from harness import changelog
from harness.letters import letters_left
from harness.murmur2 import java_partition
from harness.tables import table_rows
from harness.waiting import wait_until

from .fold import add_to_total, total_row
from .job import PARTITIONS, SINKS, WINDOW, is_bad

SHOWN = 10
TOTAL_CALLS = {"n": changelog.count, "total": changelog.exact_sum, "least": changelog.one,
               "most": changelog.one, "newest": changelog.one}
WINDOW_CALLS = {"n": changelog.count, "total": changelog.exact_sum}
# Of a table over a table the last state is how many rows it holds.
RANK_CALLS = {"shops": changelog.count, "total": changelog.exact_sum, "of": changelog.exact_sum,
              "rows": changelog.count}


def ms_of(text):
    return round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def without(rows, *columns):
    return {key: {name: value for name, value in row.items() if name not in columns}
            for key, row in rows.items()}


class Outcome:
    def __init__(self, scene, fold):
        self.scene, self.fold, self.app = scene, fold, scene.app
        self.differences = []
        self.read = {}  # {topic: messages}
        self.copies = {}  # {where: rows of totals}, with `newest`, which all must agree on

    def topic(self, name):
        topic = f"{self.app}-{name}"
        if topic not in self.read:
            self.read[topic] = self.scene.kafka.read(topic)
        return self.read[topic]

    def differ(self, where, texts, count=None):
        """`count` where `texts` are only the first."""
        texts = list(texts)
        count = count or len(texts)
        if texts:
            more = f"\n    … and {count - SHOWN} more" if count > SHOWN else ""
            self.differences.append(f"{where}: {count} differences\n    " +
                                    "\n    ".join(texts[:SHOWN]) + more)

    def same(self, where, found, wanted, offsets=lambda key: []):
        """Two mappings; `offsets` of a key: which records of the input it comes from."""
        def concerned(key):
            from_input = offsets(key)
            if not from_input:
                return ""
            return f", from {len(from_input)} records: {' '.join(from_input[-5:])}"
        keys = [key for key in sorted({*found, *wanted}, key=str)
                if found.get(key) != wanted.get(key)]
        self.differ(where, (f"{key}: expected {wanted.get(key)}, found {found.get(key)}"
                            f"{concerned(key)}" for key in keys[:SHOWN]), len(keys))

    def of_shop(self, place):
        where = (place,) if isinstance(place, str) else place[:2]
        return self.fold.offsets(self.fold.numbers_of_shop(*where))

    def of_who(self, place):
        return self.fold.offsets(self.fold.numbers_of_who(*place))

    # While workers run.

    def check_answers(self, workers):
        """The rows of all workers are exactly those of the fold, none on two of them."""
        totals = self.answers(workers, "totals")
        self.same("GET /tables/totals", without(totals, "newest"), self.fold.totals, self.of_shop)
        self.copies["GET /tables/totals"] = totals
        self.same("GET /tables/windows", self.answers(workers, "windows"), self.fold.windows,
                  self.of_shop)
        self.same("GET /tables/visits", self.answers(workers, "visits"), self.fold.visits,
                  self.of_who)
        self.same("GET /tables/ranks", self.answers(workers, "ranks"), self.fold.ranks)

    def answers(self, workers, table):
        rows, owner = {}, {}
        for worker in workers:
            found = table_rows(worker, table)
            if found is None:
                self.differ(f"GET /tables/{table}", [f"{worker.name} does not answer"])
                continue
            for key, row in found.items():
                place = (key[0], ms_of(key[1])) if isinstance(key, tuple) else str(key)
                if place in owner:
                    self.differ(f"GET /tables/{table}", [
                        f"{place} is answered by {owner[place]} and by {worker.name}"])
                rows[place], owner[place] = row, worker.name
        return rows

    def check_routed(self, workers):
        """Each worker answers every key, wherever its row is (once it has heard of the others)."""
        wanted = {(worker.name, shop): row for worker in workers
                  for shop, row in self.fold.totals.items()}

        def answers():
            return without({(worker.name, shop): json.loads(body)["value"]
                            for worker in workers for shop in self.fold.totals
                            for status, body in [worker.get(f"/tables/totals/{shop}")]
                            if status == 200}, "newest")
        with contextlib.suppress(AssertionError):  # the differences say it
            wait_until("each worker answers every key", lambda: answers() == wanted, 10, 0.5)
        self.same("GET /tables/totals/KEY", answers(), wanted)

    # What is durable.

    def check_input(self, produced):
        """The feeder's records are there, each once and in their order: else the test is wrong."""
        wanted = {number for number in range(produced) if not is_bad(number)}
        self.differ("the input", [] if set(self.fold.by_number) == wanted else [
            f"of {produced} numbers missing: {sorted(wanted - set(self.fold.by_number))}"])
        for partition, entries in self.fold.entries.items():
            came = [entry.number for entry in entries]
            self.differ(f"the input's partition {partition}",
                        [] if came == sorted(set(came)) else ["its records are not in order"])

    def check_topics(self):
        self.check_kept()
        self.check_totals()
        self.check_windows()
        self.check_visits()
        last = {key: json.loads(value) for key, value in self.last_values("ranks").items() if value}
        self.same("topic ranks", last, self.fold.ranks)
        self.check_letters()

    def check_kept(self):
        """Each record once, in its partition, and in order for each source partition and key."""
        seen, last, disorder = defaultdict(list), {}, []
        for partition, messages in self.topic("kept").items():
            for message in messages:
                value = json.loads(message.value())
                number, shop = value["number"], message.key().decode()
                seen[number].append((value["amount"], partition))
                entry = self.fold.by_number.get(number)
                stream = (entry and entry.partition, shop)
                if number < last.get(stream, -1):
                    disorder.append(f"{shop}: {number} at {partition}@{message.offset()} came after "
                                    f"{last[stream]}, both of in[{stream[0]}]")
                last[stream] = number
        wanted = {number: [(entry.amount, java_partition(entry.shop.encode(), PARTITIONS))]
                  for number, entry in self.fold.kept.items()}
        self.same("topic kept", dict(seen), wanted, lambda number: self.fold.offsets([number]))
        self.differ("topic kept: order", disorder)

    def check_totals(self):
        """The changes of each shop: a row after each of its records, and nothing else."""
        rows, wrong, seen = {}, [], defaultdict(list)
        for partition, messages in self.topic("totals").items():
            for message in messages:
                shop, found = message.key().decode(), json.loads(message.value() or b"null")
                seen[shop].append(found and found["newest"])
                entry = self.fold.kept.get(found and found["newest"])
                row = rows.setdefault(shop, total_row())
                if entry is not None:
                    add_to_total(row, entry)
                if found != row:
                    wrong.append(f"{shop} at {partition}@{message.offset()}: expected {row}, found "
                                 f"{found}, from {self.fold.offsets([found and found['newest']])}")
                    rows[shop] = dict(found or total_row())
        self.differ("topic totals: changes", wrong)
        wanted = {shop: self.fold.numbers_of_shop(shop) for shop in self.fold.totals}
        self.same("topic totals: records told",
                  {shop: sorted(came, key=str) for shop, came in seen.items()},
                  {shop: sorted(numbers, key=str) for shop, numbers in wanted.items()})

    def told(self, name):
        """({(key, start): [row]}, {partition: [(key, start)]}) of a topic of closed windows."""
        rows, order = defaultdict(list), {}
        for partition, messages in self.topic(name).items():
            order[partition] = []
            for message in messages:
                place, row = tuple(json.loads(message.key())), json.loads(message.value())
                rows[place].append({"n": row["n"], "total": row["total"]})
                order[partition].append(place)
        return dict(rows), order

    def check_windows(self):
        rows, order = self.told("windows")
        self.same("topic windows", rows, {place: [row] for place, row in self.fold.closed.items()},
                  self.of_shop)
        for partition, places in order.items():
            ends = sorted(places, key=lambda place: place[1])
            self.differ(f"topic windows: order of {partition}", [
                f"{came} where {wanted} was to come" for came, wanted in zip(places, ends)
                if came[1] != wanted[1]])

    def check_visits(self):
        rows, order = self.told("visits")
        wanted = {place: [self.fold.visits[place]] for told in self.fold.visits_told.values()
                  for place in told}
        self.same("topic visits", rows, wanted, self.of_who)
        for partition, places in self.fold.visits_told.items():
            self.differ(f"topic visits: order of {partition}", [
                f"{came} where {due} was to come" for came, due in zip(order[partition], places)
                if came != due])

    def last_values(self, name):
        return {message.key().decode(): message.value()
                for messages in self.topic(name).values() for message in messages}

    def check_letters(self):
        letters = letters_left(self.topic("dead-letters").get(0, []))
        self.same("dead letters", {one: "a letter" for one in letters},
                  {one: "a letter" for one in self.fold.letters})

    def check_changelogs(self):
        for table, calls, windowed, wanted, offsets in (
                ("totals", TOTAL_CALLS, False, self.fold.totals, self.of_shop),
                ("windows", WINDOW_CALLS, True, self.fold.windows, self.of_shop),
                ("visits", WINDOW_CALLS, True, self.fold.visits, self.of_who),
                ("ranks", RANK_CALLS, False, self.fold.ranks, lambda key: [])):
            rows, twice = {}, []
            for messages in self.topic(table + "-changelog").values():
                found, _ = changelog.fold(messages, calls, windowed)
                twice += [f"{key} is in two partitions" for key in set(found) & set(rows)]
                rows.update(found)
            self.differ(f"changelog of {table}", twice)
            self.same(f"changelog of {table}", without(rows, "newest", "rows"), wanted, offsets)
            if table == "totals":
                self.copies["changelog of totals"] = rows

    def check_database(self):
        mysql, rows = self.scene.mysql, defaultdict(list)
        for number, who, amount in mysql.run("SELECT number, who, amount FROM copied"):
            rows[number].append((who, amount))
        self.same("rows of copied", dict(rows), {
            number: [(entry.who, entry.amount)] for number, entry in self.fold.copied.items()},
            lambda number: self.fold.offsets([number]))
        totals = {shop: dict(zip(("n", "total", "least", "most", "newest"), row))
                  for shop, *row in mysql.run(
                      "SELECT shop, n, total, least, most, newest FROM totals")}
        self.same("rows of totals", without(totals, "newest"), self.fold.totals, self.of_shop)
        self.copies["rows of totals"] = totals
        stored = {(shop, ms_of(f"{start}+00:00")): {"n": n, "total": total, "end": ms_of(f"{end}+00:00")}
                  for shop, start, end, n, total in mysql.run(
                      "SELECT shop, window_start, window_end, n, total FROM windows")}
        self.same("rows of windows", stored, {
            place: {**row, "end": place[1] + WINDOW} for place, row in self.fold.closed.items()},
            self.of_shop)

    def check_copies(self):
        """All that has the rows of totals has what was told last, also which record was newest."""
        told = {shop: json.loads(value) for shop, value in self.last_values("totals").items()}
        for where, rows in self.copies.items():
            self.same(f"{where} and the topic", rows, told, self.of_shop)

    # Positions.

    def check_positions(self):
        """No transaction is left open, the input is passed to its end, and no position is behind
        the end of its log; that none is in front of a record was waited for (watch.py)."""
        kafka, app, ends = self.scene.kafka, self.app, {}
        for topic in self.scene.topics_read():
            ends[topic] = kafka.ends(topic)
            self.same(f"where {topic} is open", kafka.ends(topic, "read_committed"), ends[topic])
            self.behind_end(f"group's offset of {topic}", kafka.committed(app, topic), ends[topic])
        self.same("the group's offsets of the input", kafka.committed(app, f"{app}-in"),
                  ends[f"{app}-in"])
        found = self.scene.database_positions()
        self.same("streamworker_offsets", dict.fromkeys(found, "a position"), dict.fromkeys(
            ((sink, partition) for sink in SINKS for partition in range(PARTITIONS)), "a position"))
        for sink, name in SINKS.items():
            self.behind_end(f"position of {sink}", {
                partition: offset for (of, partition), offset in found.items() if of == sink},
                ends[f"{app}-{name}"])

    def behind_end(self, what, found, ends):
        self.differ(f"the {what}", (f"{partition}: {offset}, the log ends at {ends[partition]}"
                                    for partition, offset in found.items()
                                    if offset > ends[partition]))
