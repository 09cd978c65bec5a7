"""A test on Kafka and MariaDB with topics and a database of its own, removed when it ends."""

import os

from . import case
from .kafka import Kafka
from .mysql import Mysql

NEEDS = ("KAFKA_BROKERS", "MYSQL_PORT")


class ServersCase(case.Case):
    def use_servers(self, name, topics=(), partitions=1):
        """`self.app` is the application's name, and what its topics begin with: `<app>-<topic>`."""
        self.app = self.unique(name)
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.mysql = Mysql(os.environ["MYSQL_PORT"], self.app)
        self.mysql.create()
        self.addCleanup(self.mysql.drop)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        for topic in topics:
            self.kafka.create(f"{self.app}-{topic}", partitions)
