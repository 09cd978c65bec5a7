"""The jobs: their data, what a run of one needs, and how its result is checked."""

import os
import subprocess
import time
from urllib.parse import quote

from harness.kafka import GroupOffsets, Kafka
from harness.mysql import Mysql
from harness.waiting import wait_until

PARTITIONS = 4
BIDS_TABLE = """CREATE TABLE bids (id BIGINT PRIMARY KEY, auction BIGINT, bidder BIGINT, price BIGINT,
    channel VARCHAR(32), url VARCHAR(255), date_time BIGINT) ENGINE=InnoDB"""


def fill_once(kafka, build, records, keys=100_000, with_id=False):
    """A topic of that many bids; one that is there already and complete is taken as it is."""
    topic = f"bids{'_id' if with_id else ''}_{records}_{keys}"
    if topic in kafka.topics():
        if sum(kafka.ends(topic).values()) == records:
            return topic
        kafka.drop(topic)
    print(f"filling {topic}", flush=True)
    # Event times lie in the past: the broker must not take them for old.
    kafka.create(topic, PARTITIONS, retention_ms="-1")
    subprocess.run([os.path.join(build, "fill"), f"brokers={kafka.brokers}", f"topic={topic}",
                    f"records={records}", f"keys={keys}", f"id={int(with_id)}"], check=True)
    return topic


def counted(build, kafka, topic):
    """Committed records in each partition."""
    printed = subprocess.run([os.path.join(build, "count"), f"brokers={kafka.brokers}",
                              f"topic={topic}"], check=True, capture_output=True, text=True).stdout
    return tuple(int(count) for count in printed.split()[:-1])


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

    def measured(self, worker):
        """The worker's run is over; it still answers."""

    def outcome(self):
        """Equal for all who ran the job."""
        return counted(self.build, self.kafka, self.out)

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

    def measured(self, worker):
        """As above."""

    def outcome(self):
        rows = self.mysql.run("SELECT count(*), sum(price), sum(crc32(url)) FROM bids")[0]
        assert rows[0] == self.records, f"{rows[0]} rows of {self.records}"
        return tuple(int(value) for value in rows)

    def clean(self):
        self.connection.close()
        self.mysql.drop()
        self.kafka.drop_prefix(self.app)


class TableTask:
    """One run of a job that is a table: an application id, and for the limit a changelog."""

    def __init__(self, job, topic, records, name):
        self.kafka, self.build, self.job = job.kafka, job.build, job.name
        self.topic, self.records = topic, records
        self.windows = job.windows
        self.app = f"bench-{name}-{time.time_ns()}"
        self.out = self.app + "-bidders-changelog"
        if name == "limit":
            self.kafka.create(self.out, PARTITIONS, retention_ms="-1")
        self.offsets = GroupOffsets(self.kafka, self.app, topic)

    def values(self):
        return {"brokers": self.kafka.brokers, "in": self.topic, "out": self.out, "app": self.app,
                "records": str(self.records), "job": self.job}

    def environment(self):
        return {"KAFKA_BROKERS": self.kafka.brokers, "BENCH_APP": self.app, "BENCH_IN": self.topic}

    def committed(self):
        return sum(self.offsets.read().values()) >= self.records

    def measured(self, worker):
        """Every record is in the table; readers see it a moment after the commit."""
        def found():
            return worker.get_json("/sql?q=" + quote("SELECT sum(n) FROM bidders"))["rows"][0][0]
        if self.windows == 0:
            wait_until(lambda: f"{found()} of {self.records} records are in the table",
                       lambda: found() == self.records, 10, 0.1)

    def outcome(self):
        """How rows travel is each contestant's own matter: nothing to compare."""

    def clean(self):
        self.kafka.drop_prefix(self.app)


class FilterMap:
    name, records, pipeline = "filter_map", 4_000_000, "filter_map.yaml"
    limit_arguments = ("brokers", "in", "out", "app", "records")

    def __init__(self, build, records, _keys=None):
        self.kafka, self.build = Kafka(os.environ["KAFKA_BROKERS"]), build
        self.records = records or self.records
        self.topic = fill_once(self.kafka, build, self.records)

    def task(self, name, _most=None):
        return FilterMapTask(self.kafka, self.build, self.topic, self.records, name)


class MysqlUpsert:
    name, records, pipeline = "mysql_upsert", 1_000_000, "mysql_upsert.yaml"
    limit_arguments = ("brokers", "in", "app", "records", "port", "database", "batch")

    def __init__(self, build, records, _keys=None):
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.mysql = Mysql(os.environ["MYSQL_PORT"], f"bench_{os.getpid()}")
        self.records = records or self.records
        self.topic = fill_once(self.kafka, build, self.records, with_id=True)

    def task(self, name, _most=None):
        return MysqlUpsertTask(self.kafka, self.mysql, self.topic, self.records, name)


class KeyedAggregate:
    name, records, pipeline = "keyed_aggregate", 4_000_000, "keyed_aggregate.yaml"
    limit_arguments = ("brokers", "in", "out", "app", "records")
    windows = 0  # that a record is in, and that are kept

    def __init__(self, build, records, keys=None):
        self.kafka, self.build = Kafka(os.environ["KAFKA_BROKERS"]), build
        self.records, self.keys = records or self.records, keys or 100_000
        self.topic = fill_once(self.kafka, build, self.records, self.keys)

    def task(self, name, most=None):
        """`most`: of records, for a contestant that takes too long for all."""
        if most is None or most >= self.records:
            return TableTask(self, self.topic, self.records, name)
        return TableTask(self, fill_once(self.kafka, self.build, most, self.keys), most, name)


class Tumbling(KeyedAggregate):
    name, pipeline, windows = "tumbling", "tumbling.yaml", 1


class Hopping(KeyedAggregate):
    name, records, pipeline, windows = "hopping", 2_000_000, "hopping.yaml", 5
    limit_arguments = None  # not written by hand


JOBS = {job.name: job
        for job in (FilterMap, MysqlUpsert, KeyedAggregate, Tumbling, Hopping)}
