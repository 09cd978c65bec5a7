"""config/clickevents.yaml on a real Kafka: sums by uri and in windows against a fold of the topic,
asked for in all ways (all, latest, now, current, delta, at), also after kill -9; what goes to topics."""

import json
import os
import random
import time
from collections import Counter
from datetime import datetime, timezone

from harness import case
from harness.tables_case import NEEDS, TablesCase
from harness.waiting import wait_until

SEED = int(os.environ.get("SEED", "30"))
PARTITIONS = 4
URIS = ["/", "/about", "/a b/é", "/search?q=1"]
RECORDS = 5000
SIZE = 30_000
TABLES = {"uri_summary_tumbling": SIZE, "uri_summary_hopping": 5000}  # how far windows are apart


def iso(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class ClickEvents(TablesCase):
    def setUp(self):
        super().setUp()
        self.use("clickevents", "clickevents", PARTITIONS)
        for name in ("sanitize", "add_score"):
            self.settings[f"pipelines.{name}.sink.topic"] = f"{self.app}-{name}"
        self.settings["pipelines.popular.sink.file"] = os.path.join(self.folder, "popular.jsonl")

    def produce(self, chance, count):
        """Of the last minute, out of order by less than the grace."""
        start = time.time_ns() // 1_000_000 - 60_000
        for number in range(count):
            at = start + number * 60_000 // count - chance.randrange(20_000)
            value = {"email": "a@b.c", "timestamp": "then", "uri": chance.choice(URIS),
                     "number": chance.randrange(1000), "__faust": {"ns": "ClickEvent"}}
            yield chance.randrange(PARTITIONS), None, json.dumps(value).encode(), at

    def look(self):
        """Folds the topic: sums by uri, by window and uri of both tables, and stream time."""
        records = self.records()
        self.total = Counter()
        self.windows = {table: Counter() for table in TABLES}
        newest = {}
        for message, value in records:
            at = message.timestamp()[1]
            newest[message.partition()] = max(at, newest.get(message.partition(), 0))
            self.total[value["uri"]] += value["number"]
            for table, every in TABLES.items():
                first = (at - SIZE) // every * every + every
                for start in range(first, at + 1, every):
                    self.windows[table][start, value["uri"]] += value["number"]
        self.stream_time = min(newest.values())
        return records

    def latest_at(self, table, moment):
        """Where the window begins that holds this moment, and began last."""
        return moment // TABLES[table] * TABLES[table]

    def wanted(self, table, uri, starts):
        """What must be answered for these windows."""
        windows = [{"window": {"start": iso(start), "end": iso(start + SIZE)},
                    "value": {"total": self.windows[table][start, uri]}}
                   for start in sorted(starts) if (start, uri) in self.windows[table]]
        return (200, {"key": uri, "windows": windows}) if windows else (404, None)

    def answer(self, worker, table, uri, query):
        status, body = self.row(worker, table, uri, query)
        return status, body if status == 200 else None

    def check_windows(self, worker, chance):
        for table in TABLES:
            for uri in URIS:
                def same(query, starts):
                    self.assertEqual(self.answer(worker, table, uri, query),
                                     self.wanted(table, uri, starts), (table, uri, query))
                starts = [start for start, of in self.windows[table] if of == uri]
                same("window=all", starts)
                same("", starts)
                same("window=latest", [max(starts)])
                for _ in range(5):
                    moment = self.stream_time - chance.randrange(90_000)
                    same(f"at={moment}", [self.latest_at(table, moment)])
                    same(f"at={iso(moment)}", [self.latest_at(table, moment // 1000 * 1000)])
                current = self.latest_at(table, self.stream_time)
                wait_until("stream time has come", lambda: self.answer(
                    worker, table, uri, "window=current") == self.wanted(table, uri, [current]), 20)
                for seconds in (0, 10, 30, 600):
                    start = self.latest_at(table, self.stream_time - seconds * 1000)
                    same(f"delta={seconds}s", [start])

    def check_now(self, worker):
        """A window may end between a look at the clock and the answer: then once more."""
        uri = URIS[0]
        event = {"email": "", "timestamp": "", "uri": uri, "number": 7}

        def right():
            self.kafka.produce(self.topic, [(0, None, json.dumps(event).encode())])
            time.sleep(0.5)  # for the answer to show it, or not: both are looked at
            now = time.time_ns() // 1_000_000
            answer = self.answer(worker, "uri_summary_tumbling", uri, "window=now")
            self.look()
            start = self.latest_at("uri_summary_tumbling", now)
            return answer == self.wanted("uri_summary_tumbling", uri, [start])

        wait_until("now is the wall clock's window", right, 30)

    def check_topics(self, records):
        for name, extra in (("sanitize", {}), ("add_score", {})):
            def read():
                found = self.kafka.read(f"{self.app}-{name}")
                return [message for messages in found.values() for message in messages]
            found = wait_until(f"{name} is complete", lambda: len(read()) >= len(records) and read(), 30)
            self.assertEqual(len(found), len(records))
            for message in found:
                value = json.loads(message.value())
                self.assertEqual(message.key().decode(), value["uri"])
                self.assertEqual("email" in value, name == "add_score")
                score = len(value["uri"]) * 10 + value["number"] % 10
                self.assertEqual(value["score"], score if name == "add_score" else 0)

    def test_sums_and_windows(self):
        print(f"SEED={SEED}")
        chance = random.Random(SEED)
        worker = self.start()
        self.kafka.produce(self.topic, self.produce(chance, RECORDS))
        wait_until("something is there", lambda: self.rows(worker, "uri_summary"), 30)
        worker.kill()
        worker.start().wait_ready()
        records = self.look()
        self.assertEqual(len(records), RECORDS)
        self.wait_rows(worker, "uri_summary", {uri: {"total": total}
                                               for uri, total in self.total.items()})
        for table in TABLES:
            self.wait_rows(worker, table, {(uri, iso(start)): {"total": total} for (start, uri), total
                                           in self.windows[table].items()})
        self.check_windows(worker, chance)
        self.check_topics(records)
        self.check_now(worker)
        self.assertEqual(worker.metrics().total("streamworker_late_records_total"), 0)
        self.assertEqual(worker.stop(), 0)


if __name__ == "__main__":
    case.run(needs=NEEDS)
