"""Asks the workers for rows of a table all the time, whatever befalls them: what was committed and
shown once is never taken back, by whomever answers next (DESIGN 7.2: a zombie does not answer)."""

import json
import random
import threading
import time

from .job import SHOPS

INTERVAL = 0.03


class Reader:
    """`stale`: what was wrong, as texts."""

    def __init__(self, workers, began):
        self.workers, self.began = workers, began
        self.seen = {}  # {shop: (n, which worker said so)}
        self.answers, self.stale = 0, []
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def close(self):
        self.closing.set()
        self.thread.join()

    def run(self):
        chance = random.Random(1)
        while not self.closing.wait(INTERVAL):
            worker = chance.choice(self.workers)
            if worker.running() and worker.known_port is not None:
                self.ask(worker, f"s{chance.randrange(SHOPS)}")

    def ask(self, worker, shop):
        before, told_by = self.seen.get(shop, (0, None))
        try:
            status, body = worker.get(f"/tables/totals/{shop}", seconds=2)
        except (OSError, AssertionError):  # it is down, or it sleeps
            return
        if status != 200:
            return
        self.answers += 1
        count = json.loads(body)["value"]["n"]
        if count < before:
            self.stale.append(f"{time.monotonic() - self.began:.1f} s: {worker.name} says {count} of "
                              f"{shop}, {told_by} had said {before}")
        else:
            self.seen[shop] = (count, worker.name)
