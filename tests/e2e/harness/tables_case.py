"""A pipeline file with tables, on Kafka: a worker with names of its own, and its tables over HTTP."""

import json
import os
import subprocess
import urllib.parse

from . import case
from .kafka import Kafka
from .tables import table_rows
from .waiting import wait_until

NEEDS = ("KAFKA_BROKERS",)


class TablesCase(case.Case):
    def use(self, name, stream, partitions):
        """The file config/<name>.yaml; `self.topic` is its stream's."""
        self.config = os.path.join(case.TOP, "config", name + ".yaml")
        self.app = self.unique(name)
        self.topic = self.app + "-in"
        self.stream = stream
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.kafka.create(self.topic, partitions)
        self.settings = {"app": self.app, "kafka.brokers": self.kafka.brokers,
                         f"streams.{stream}.topic": self.topic}

    def start(self, **options):
        return self.worker(self.config, settings=self.settings, **options).start().wait_ready()

    def produce_sample(self, *arguments):
        subprocess.run([self.binary, "produce", "-c", self.config, self.stream, *arguments,
                        *[word for path, value in self.settings.items()
                          for word in ("--set", f"{path}={value}")]],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def records(self):
        """[(message, value)] of the topic, in the order of each partition."""
        return [(message, json.loads(message.value()))
                for messages in self.kafka.read(self.topic).values() for message in messages]

    def row(self, worker, table, key, query=""):
        """(status, body) of a key; without an answer (0, None)."""
        try:
            path = f"/tables/{table}/{urllib.parse.quote(key, safe='')}"
            status, body = worker.get(path + (f"?{query}" if query else ""))
        except OSError:
            return 0, None
        return status, json.loads(body)

    def rows(self, worker, table):
        """All pages, in small ones; None while a partition moves."""
        return table_rows(worker, table, limit=7)

    def wait_rows(self, worker, table, wanted, seconds=60):
        wait_until(lambda: f"{table} is {wanted}, and is {self.rows(worker, table)}",
                   lambda: self.rows(worker, table) == wanted, seconds, 0.2)
