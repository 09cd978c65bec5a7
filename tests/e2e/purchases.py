"""config/purchases.yaml on a real Kafka: what each customer has spent is exact after kill -9, after
the state is lost, whichever partition the records are in; who has spent nothing has spent 0."""

import json
import os
import random
import shutil
import uuid
from collections import Counter

from harness import case
from harness.tables_case import NEEDS, TablesCase
from harness.waiting import wait_until

SEED = int(os.environ.get("SEED", "64"))
PARTITIONS = 4
NAMES = ["brian", "hamzah", "meher", "Zoë / M"]
RECORDS = 20_000


def purchase(customer, amount):
    return json.dumps({"msg_id": str(uuid.uuid4()), "customer": customer, "amount": amount}).encode()


class Purchases(TablesCase):
    def setUp(self):
        super().setUp()
        self.use("purchases", "purchases", PARTITIONS)

    def spent(self, worker, customer):
        status, body = worker.get(f"/customer/{customer}")
        return json.loads(body) if status == 200 else {"status": status}

    def fold(self):
        total = Counter()
        for _, value in self.records():
            total[value["customer"]] += value["amount"]
        return {customer: {"total": amount} for customer, amount in total.items()}

    def some(self, chance, count):
        return [(chance.randrange(PARTITIONS), chance.choice([None, b"other", b"key"]),
                 purchase(chance.choice(NAMES), chance.randrange(1, 100))) for _ in range(count)]

    def test_brian_has_spent_64(self):
        worker = self.start()
        self.kafka.produce(self.topic, [(3, None, purchase("brian", 60)), (0, b"k", purchase("brian", 4))])
        wait_until("brian has spent 64", lambda: self.spent(worker, "brian") ==
                   {"customer": "brian", "total_spent": 64}, 30)
        self.assertEqual(worker.get("/customer/brian")[1], b'{"customer":"brian","total_spent":64}')
        self.assertEqual(self.spent(worker, "nobody"), {"customer": "nobody", "total_spent": 0})
        self.assertEqual(worker.get("/customer")[0], 404)
        wait_until("it is printed", lambda: b"brian has spent 64 so far." in worker.log(), 10)
        self.assertIn(self.topic.encode() + b"[3]@0", worker.log())
        self.produce_sample("--count", "10")
        self.wait_rows(worker, "customer_table", self.fold())
        self.assertEqual(sum(map(len, self.kafka.read(self.topic).values())), 12)
        self.assertEqual(worker.stop(), 0)

    def test_exact_after_kills(self):
        print(f"SEED={SEED}")
        chance = random.Random(SEED)
        worker = self.start()
        for lost in (False, True):
            self.kafka.produce(self.topic, self.some(chance, RECORDS))
            wait_until("something is there", lambda: self.rows(worker, "customer_table"), 30)
            worker.kill()
            if lost:
                shutil.rmtree(worker.state)
            worker.start()
        worker.wait_ready()
        self.wait_rows(worker, "customer_table", self.fold())
        for customer, row in self.fold().items():
            path = {"Zoë / M": "Zo%C3%AB%20%2F%20M"}.get(customer, customer)
            self.assertEqual(self.spent(worker, path),
                             {"customer": customer, "total_spent": row["total"]})
        self.assertEqual(worker.stop(), 0)


if __name__ == "__main__":
    case.run(needs=NEEDS)
