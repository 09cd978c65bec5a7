"""Every row from every worker while workers come and go: right, or 503 with Retry-After.

A producer (CRC32) goes on all the time; clients ask every worker for random keys. Each answer must
be a state of the fold, and none may be older than one that some client had before it asked: so an
owner that lost its partition without knowing is found out, too. `--long` after the executable:
more rounds.
"""

import http.client
import json
import os
import random
import sys
import threading
import time
import urllib.parse

from harness import case
from harness.kafka import Kafka
from harness.tables_case import NEEDS
from harness.waiting import wait_until

LONG = "--long" in sys.argv
ROUNDS = 4 if LONG else 1
KEYS = [f"player {number}" for number in range(60)] + ["Lúcio", "Ana/1", "100 %"]
PATIENCE = 40  # seconds, until every key is answered after a worker has gone
STOPPED = 12  # longer than the session timeout
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
streams:
  games: {{topic: {app}-in, partitions: {partitions}, key: player, partitioner: crc32,
           schema: {{player: string, n: int}}}}
tables:
  players: {{from: games, key: player, columns: {{newest: last(n), games: count(*)}}}}
http:
  routes:
    /player/{{name}}: {{table: players, key: "{{name}}", select: {{newest: newest, games: games}}}}
"""


class Feed:
    """Games of all players, one after the other, numbered for each, until it is ended."""

    def __init__(self, kafka, topic):
        self.played = dict.fromkeys(KEYS, 0)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=kafka.produce, args=(topic, self.records()))
        self.thread.start()

    def records(self):
        while not self.ended.wait(0.01):
            for key in random.sample(KEYS, 10):
                value = json.dumps({"player": key, "n": self.played[key]})
                self.played[key] += 1
                yield None, key.encode(), value.encode()

    def end(self):
        self.ended.set()
        self.thread.join()
        return self.played


class Asker:
    """Asks one worker for random keys over one connection, and keeps what was wrong."""

    def __init__(self, worker, floor):
        self.worker = worker
        self.floor = floor  # by key, of all askers: how many games some answer had
        self.ended = threading.Event()
        self.answers = {200: 0, 404: 0, 503: 0}
        self.wrong = []
        self.waits = set(KEYS)  # no row was answered since `expect_all`
        self.connection = None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ended.is_set():
            try:
                self.ask(random.choice(tuple(self.waits) or KEYS))
            except (OSError, http.client.HTTPException, AssertionError):  # it does not run now
                self.close()
                self.ended.wait(0.05)
        self.close()

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def ask(self, key):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.worker.port(), timeout=30)
        before = self.floor.get(key, 0)
        path = random.choice(("/tables/players/", "/player/")) + urllib.parse.quote(key, safe="")
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = json.loads(answer.read())
        self.check(key, before, answer, body)

    def check(self, key, before, answer, body):
        told = f"{self.worker.name}, {key}: {answer.status} {body}, seen before: {before}"
        if answer.status not in self.answers:
            return self.wrong.append(told)
        self.answers[answer.status] += 1
        if answer.status == 503:
            if answer.getheader("Retry-After") is None:
                self.wrong.append("no Retry-After: " + told)
            return self.ended.wait(0.02)
        if answer.status == 404:  # it had no game yet
            return self.wrong.append(told) if before else None
        self.waits.discard(key)
        row = body.get("value", body)
        if row["games"] != row["newest"] + 1 or row["games"] < before:
            self.wrong.append(told)
        self.floor[key] = max(self.floor.get(key, 0), row["games"])

    def end(self):
        self.ended.set()
        self.thread.join()


class Routing(case.Case):
    def use(self, partitions):
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("routing")
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.config = self.write("routing.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, partitions=partitions))
        self.floor, self.askers = {}, []

    def begin(self, count):
        """So many workers, each asked all the time; and games."""
        self.members = [self.worker(self.config).start().wait_ready() for _ in range(count)]
        feed = Feed(self.kafka, self.app + "-in")
        self.addCleanup(feed.end)
        for worker in self.members:
            self.ask(worker)
        self.expect_all("at the start")
        return feed

    def ask(self, worker):
        asker = Asker(worker, self.floor)
        self.askers.append(asker)
        self.addCleanup(asker.end)

    def expect_all(self, when, without=()):
        """Every worker answers with a row of each key, from now on."""
        began = time.monotonic()
        asked = [asker for asker in self.askers if asker.worker not in without]
        for asker in asked:
            asker.waits = set(KEYS)
        wait_until(lambda: f"every worker answers every key {when}; left: " + str(
            {asker.worker.name: len(asker.waits) for asker in asked}),
            lambda: not any(asker.waits for asker in asked), PATIENCE)
        print(f"{when}: every key from every worker after {time.monotonic() - began:.1f} s",
              flush=True)

    def finish(self, feed):
        """What is in the tables in the end, as each worker tells it, is the fold."""
        played = feed.end()
        for asker in self.askers:
            asker.end()
        for worker in self.members:
            for key, games in played.items():
                path = "/tables/players/" + urllib.parse.quote(key, safe="")
                wait_until(lambda: f"{worker.name} knows all {games} games of {key}: "
                                   f"{worker.get(path)}",
                           lambda: json.loads(worker.get(path)[1]).get("value") == {
                               "newest": games - 1, "games": games}, 20)
        print("answers:", {asker.worker.name: asker.answers for asker in self.askers})
        for asker in self.askers:
            self.assertEqual(asker.wrong[:5], [])
            if asker.worker.running():
                self.assertGreater(asker.answers[200], 0)

    def spares(self):
        """Those that run and have no task."""
        return [worker for worker in self.members if worker.running() and not any(
            member["tasks"] for member in worker.get_json("/assignment")["members"])]

    def test_workers_come_and_go(self):
        self.use(12)
        feed = self.begin(3)
        first, second, third = self.members
        for _ in range(ROUNDS):
            self.assertEqual(first.stop(), 0)
            self.expect_all("after a worker left", without=[first])
            first.start().wait_ready()
            self.expect_all("after it came back")
            second.kill()
            self.expect_all("after a worker was killed", without=[second])
            second.start().wait_ready()
            third.suspend()
            time.sleep(STOPPED)
            third.resume()
            self.expect_all("after a worker was suspended")
        self.finish(feed)

    def test_a_fifth_worker_for_four_partitions(self):
        self.use(4)
        feed = self.begin(5)
        wait_until("one of five has nothing", lambda: len(self.spares()) == 1, 20)
        spare = self.spares()[0]
        self.assertTrue(spare.ready())
        self.assertEqual(len(spare.get_json("/workers")["workers"]), 5)
        gone = next(worker for worker in self.members if worker is not spare)
        gone.kill()
        self.expect_all("after one of five was killed", without=[gone])
        wait_until("the spare one took over", lambda: not self.spares(), 20)
        self.members.remove(gone)
        self.finish(feed)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run(needs=NEEDS)
