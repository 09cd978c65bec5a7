"""The jobs: their data, what a run of one needs, and how its result is checked."""

import os
import subprocess
import time

from harness.kafka import GroupOffsets, Kafka
from harness.mysql import Mysql

PARTITIONS = 4
BIDS_TABLE = """CREATE TABLE bids (id BIGINT PRIMARY KEY, auction BIGINT, bidder BIGINT, price BIGINT,
    channel VARCHAR(32), url VARCHAR(255), date_time BIGINT) ENGINE=InnoDB"""


def fill_once(kafka, build, records, with_id):
    """A topic of that many bids; one that is there already and complete is taken as it is."""
    topic = f"bids{'_id' if with_id else ''}_{records}"
    if topic in kafka.topics():
        if sum(kafka.ends(topic).values()) == records:
            return topic
        kafka.drop(topic)
    print(f"filling {topic}", flush=True)
    # Event times lie in the past: the broker must not take them for old.
    kafka.create(topic, PARTITIONS, retention_ms="-1")
    subprocess.run([os.path.join(build, "fill"), f"brokers={kafka.brokers}", f"topic={topic}",
                    f"records={records}", f"id={int(with_id)}"], check=True)
    return topic


class FilterMapTask:
    """One run of filter_map: an application id and an output topic of its own."""

    def __init__(self, kafka, build, topic, records, name):
        self.kafka, self.build, self.topic, self.records = kafka, build, topic, records
        self.app = f"bench-{name}-{time.time_ns()}"
        self.out = self.app + "-out"
        kafka.create(self.out, PARTITIONS, retention_ms="-1")
        self.offsets = GroupOffsets(kafka, self.app, topic)

    def values(self):
        return {"brokers": self.kafka.brokers, "in": self.topic, "out": self.out, "app": self.app,
                "records": str(self.records)}

    def environment(self):
        return {"KAFKA_BROKERS": self.kafka.brokers, "BENCH_APP": self.app, "BENCH_IN": self.topic,
                "BENCH_OUT": self.out}

    def committed(self):
        return sum(self.offsets.read().values()) >= self.records

    def outcome(self):
        """Committed records in each partition of the output: equal for all who ran the job."""
        printed = subprocess.run([os.path.join(self.build, "count"),
                                  f"brokers={self.kafka.brokers}", f"topic={self.out}"],
                                 check=True, capture_output=True, text=True).stdout
        return tuple(int(count) for count in printed.split()[:-1])

    def clean(self):
        self.kafka.drop_prefix(self.app)


class MysqlUpsertTask:
    """One run of mysql_upsert: an application id and an empty table."""

    def __init__(self, kafka, mysql, topic, records, name):
        self.kafka, self.mysql, self.topic, self.records = kafka, mysql, topic, records
        self.app = f"bench-{name}-{time.time_ns()}"
        mysql.create()
        mysql.run(BIDS_TABLE)
        self.connection = mysql.connect()

    def values(self):
        return {"brokers": self.kafka.brokers, "in": self.topic, "app": self.app, "batch": "1000",
                "records": str(self.records), "port": str(self.mysql.port),
                "database": self.mysql.database}

    def environment(self):
        return {"KAFKA_BROKERS": self.kafka.brokers, "BENCH_APP": self.app, "BENCH_IN": self.topic,
                "MYSQL_PORT": str(self.mysql.port), "BENCH_DATABASE": self.mysql.database}

    def committed(self):
        """The worker's positions stand in the database, in the same transactions as the rows."""
        cursor = self.connection.cursor()
        cursor.execute("SELECT coalesce(sum(next_offset), 0) FROM streamworker_offsets "
                       "WHERE app = %s", (self.app,))
        return cursor.fetchone()[0] >= self.records

    def outcome(self):
        rows = self.mysql.run("SELECT count(*), sum(price), sum(crc32(url)) FROM bids")[0]
        assert rows[0] == self.records, f"{rows[0]} rows of {self.records}"
        return tuple(int(value) for value in rows)

    def clean(self):
        self.connection.close()
        self.mysql.drop()
        self.kafka.drop_prefix(self.app)


class FilterMap:
    name, records, pipeline = "filter_map", 4_000_000, "filter_map.yaml"
    limit_arguments = ("brokers", "in", "out", "app", "records")

    def __init__(self, build, records):
        self.kafka, self.build = Kafka(os.environ["KAFKA_BROKERS"]), build
        self.records = records or self.records
        self.topic = fill_once(self.kafka, build, self.records, with_id=False)

    def task(self, name):
        return FilterMapTask(self.kafka, self.build, self.topic, self.records, name)


class MysqlUpsert:
    name, records, pipeline = "mysql_upsert", 1_000_000, "mysql_upsert.yaml"
    limit_arguments = ("brokers", "in", "app", "records", "port", "database", "batch")

    def __init__(self, build, records):
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.mysql = Mysql(os.environ["MYSQL_PORT"], f"bench_{os.getpid()}")
        self.records = records or self.records
        self.topic = fill_once(self.kafka, build, self.records, with_id=True)

    def task(self, name):
        return MysqlUpsertTask(self.kafka, self.mysql, self.topic, self.records, name)


JOBS = {job.name: job for job in (FilterMap, MysqlUpsert)}
