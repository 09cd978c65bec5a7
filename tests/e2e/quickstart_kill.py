"""The quick start's job without any server, killed again and again: SQLite equals the fold.

`--long` after the executable: 20 kills in place of 5. The seed is printed; SEED=n in the environment
repeats a run.
"""

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
from datetime import datetime
from decimal import Decimal

from harness import case
from harness.classifieds_data import COLUMNS, classifieds, row_of

LONG = "--long" in sys.argv
KILLS = 20 if LONG else 5
RECORDS = 30_000
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
PIPELINE = """
app: quickstart
kafka: {brokers: embedded}
databases:
  store: {url: "sqlite:classifieds.db"}
streams:
  data:
    partitions: 4
    key: id
    from_file: classifieds.jsonl
    schema:
      id: {type: string, default: ""}
      customer_id: {type: string, default: ""}
      created_at: timestamp?
      text: {type: string, default: ""}
      ad_type: {type: string, default: Free}
      price: {type: "decimal(10,3)", default: 0}
      currency: {type: string, default: EUR}
      payment_type: {type: string, default: Offline}
      payment_cost: {type: "decimal(10,3)", default: 0}
    timestamp: created_at
pipelines:
  store_classifieds:
    from: data
    partition_key: ad_type
    batch: {size: 15, window: 200ms}
    sink: {database: store, table: Classifieds, upsert: [id], create: true}
"""


class QuickstartKill(case.Case):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}", file=sys.stderr)
        self.random = random.Random(SEED)
        self.kills = 0

    def prepare(self, number):
        """A folder for one whole life of the job: input, pipeline file, state, database."""
        folder = os.path.join(self.folder, str(number))
        os.mkdir(folder)
        wanted = {}
        with open(os.path.join(folder, "classifieds.jsonl"), "wb") as file:
            for found in classifieds(RECORDS, SEED + number):
                file.write(found.value + b"\n")
                row = row_of(found.value)
                wanted[row[0]] = row
        return folder, self.write(f"{number}/quickstart.yaml", PIPELINE), wanted

    def live(self, worker):
        """Until the file is read and all is written; dies on the way while there are kills left."""
        while True:
            worker.start()
            if self.kills == KILLS:
                return worker.wait(120)
            try:
                return worker.process.wait(self.random.uniform(0.02, 0.6))
            except subprocess.TimeoutExpired:
                worker.kill()
                self.kills += 1

    def test_sqlite_equals_the_fold(self):
        number = 0
        while self.kills < KILLS:
            number += 1
            folder, config, wanted = self.prepare(number)
            worker = self.worker(config, name=f"life{number}", state=os.path.join(folder, "state"))
            self.assertEqual(self.live(worker), 0, worker.tail())
            self.compare(os.path.join(folder, "classifieds.db"), wanted)

    def compare(self, path, wanted):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM Classifieds").fetchall()
        found = {row[0]: typed(row) for row in rows}
        self.assertEqual(len(rows), len(wanted))
        different = [(wanted[id], found.get(id)) for id in wanted if wanted[id] != found.get(id)]
        self.assertFalse(different, f"{len(different)} rows differ, {different[:3]}")


def typed(row):
    """SQLite has no decimals and no timestamps: their columns hold text or numbers."""
    found = dict(zip(COLUMNS, row))
    for name in ("price", "payment_cost"):
        found[name] = Decimal(str(found[name])).quantize(Decimal("0.001"))
    if found["created_at"] is not None:
        found["created_at"] = datetime.fromisoformat(found["created_at"]).replace(tzinfo=None)
    return tuple(found[name] for name in COLUMNS)


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    case.run()
