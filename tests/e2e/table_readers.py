"""Tables that are read while they are written: 16 clients ask for single keys, one for joins of two
tables in SQL. No answer but 200, 404 and 503; and each row that was seen is what the fold had after
some record of its key, never less than the same client saw before.
"""

import http.client
import json
import os
import random
import sys
import threading
import urllib.parse
from collections import defaultdict
from contextlib import closing

from confluent_kafka import Producer

from harness import case
from harness.kafka import Kafka
from harness.murmur2 import java_partition
from harness.waiting import wait_until

CLIENTS, KEYS, RECORDS, PARTITIONS = 16, 300, 60_000, 4
SEED = int(os.environ.get("SEED", "16"))
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
streams:
  orders:
    topic: {app}-in
    key: customer
    schema: {{customer: string, product: string, amount: int}}
tables:
  customers:
    from: orders
    key: customer
    columns: {{n: count(*), total: sum(amount), most: max(amount)}}
  baskets:
    from: orders
    key: [customer, product]
    columns: {{n: count(*), total: sum(amount)}}
"""
JOIN = """SELECT c.customer, c.n, c.total, count(*), sum(b.n), sum(b.total) FROM customers c
  JOIN baskets b ON b.customer = c.customer GROUP BY c.customer ORDER BY c.customer LIMIT 1000"""


class TableReaders(case.Case):
    def setUp(self):
        super().setUp()
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("readers")
        self.kafka.create(self.app + "-in", PARTITIONS)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        chance = random.Random(SEED)
        self.orders = [(f"c{chance.randrange(KEYS)}", f"p{chance.randrange(5)}",
                        chance.randrange(1000)) for _ in range(RECORDS)]
        self.ended = threading.Event()
        self.wrong = []

    def produce(self):
        producer = Producer({"bootstrap.servers": self.kafka.brokers, "enable.idempotence": True})
        for customer, product, amount in self.orders:
            value = {"customer": customer, "product": product, "amount": amount}
            producer.produce(self.app + "-in", json.dumps(value).encode(), customer.encode(),
                             java_partition(customer.encode(), PARTITIONS))
            producer.poll(0)
        self.assertEqual(producer.flush(60), 0)

    def history(self):
        """{customer: [its row after its first record, after its second, …]}."""
        rows = defaultdict(lambda: [{"n": 0, "total": 0, "most": -1}])
        for customer, _, amount in self.orders:
            last = rows[customer][-1]
            rows[customer].append({"n": last["n"] + 1, "total": last["total"] + amount,
                                   "most": max(last["most"], amount)})
        return rows

    def joined(self):
        """What JOIN answers when everything is in."""
        customers, baskets = defaultdict(lambda: [0, 0]), set()
        for customer, product, amount in self.orders:
            customers[customer][0] += 1
            customers[customer][1] += amount
            baskets.add((customer, product))
        count = defaultdict(int)
        for customer, _ in baskets:
            count[customer] += 1
        return [[customer, n, total, count[customer], n, total]
                for customer, (n, total) in sorted(customers.items())]

    # The clients, each a thread with a connection of its own.

    def ask(self, port, number, history, asked):
        chance = random.Random(number)
        seen = defaultdict(int)
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            while not self.ended.is_set():
                customer = f"c{chance.randrange(KEYS)}"
                try:
                    connection.request("GET", f"/tables/customers/{customer}")
                    answer = connection.getresponse()
                    body = json.loads(answer.read())
                except (OSError, http.client.HTTPException, ValueError) as error:
                    self.wrong.append(f"{customer}: {error!r}")
                    return
                asked[answer.status] += 1
                self.check(customer, answer.status, body, history, seen)

    def check(self, customer, status, body, history, seen):
        if status in (404, 503) and not (status == 404 and seen[customer]):
            return
        if status != 200:
            self.wrong.append(f"{customer}: {status} {body}")
            return
        row = body["value"]
        n = row["n"]
        rows = history[customer]
        if not seen[customer] <= n < len(rows) or row != rows[n]:
            self.wrong.append(f"{customer}: {row}, seen before: {seen[customer]}, the fold has "
                              f"{rows[min(n, len(rows) - 1)]}")
        seen[customer] = max(seen[customer], n)

    def joins(self, worker):
        status, body = worker.get("/sql?q=" + urllib.parse.quote(JOIN))
        return status, json.loads(body)

    def join(self, worker, asked):
        while not self.ended.is_set():
            status, body = self.joins(worker)
            asked[status] += 1
            if status not in (200, 503):
                self.wrong.append(f"/sql: {status} {body}")

    def test_table_readers(self):
        history = dict(self.history())
        worker = self.worker(self.write("readers.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers))).start().wait_ready()
        asked = [defaultdict(int) for _ in range(CLIENTS + 1)]
        threads = [threading.Thread(target=self.ask, args=(worker.port(), i, history, asked[i]))
                   for i in range(CLIENTS)]
        threads.append(threading.Thread(target=self.join, args=(worker, asked[CLIENTS])))
        for thread in threads:
            thread.start()
        try:
            self.produce()
            wanted = self.joined()
            wait_until("the join of both tables equals the fold",
                       lambda: self.joins(worker)[1].get("rows") == wanted, 60)
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.wrong[:5], [])
        print(f"keys: {sum(sum(a.values()) for a in asked[:CLIENTS])} answers, joins: "
              f"{dict(asked[CLIENTS])}", file=sys.stderr)
        self.assertTrue(all(one[200] > 0 for one in asked), [dict(one) for one in asked])
        self.assertEqual(worker.stop(), 0)


if __name__ == "__main__":
    case.run(needs=("KAFKA_BROKERS",))
