"""What goes wrong with a database, one fault after the other, under load.

One worker lives through all of it. Two of its pipelines write to a MariaDB of the test's own, one
upserts and one inserts, which shows what is written twice; a third writes the same to a SQLite file
and must go on meanwhile. After each fault both tables are equal to an independent fold of the topic,
the group has not rebalanced, and memory is where it was.

`--long` after the executable: every fault (the short form leaves out those that need long timeouts),
50 kills of the server in place of 2, and each fault once more with a record now and then in place of
load. The seed is printed; SEED=n in the environment repeats a run.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

from harness import case
from harness.feeder import Feeder
from harness.kafka import Kafka
from harness.mysql import Mysql
from harness.stack import Stack
from harness.waiting import wait_until
from harness.worker import Worker

LONG = "--long" in sys.argv
KILLS = 50 if LONG else 2
PARTITIONS = 4
LOAD = 1000       # records per second
TRICKLE = 20
TEXT = "x" * 200
# Records that it begins with: fetched messages are a good part of its memory.
BACKLOG = 20000 if LONG else 3000
GROWTH = 48 << 20  # bytes that it may have more than after these
SINKS = ("store/T", "log/L", "beside/T")
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))

FILE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
commit: {{interval: 200ms}}
offset_reset: earliest
drain: 1s
memory: 16MiB
databases:
  shop: {{url: "mysql://worker@127.0.0.1:{port}/{database}"}}
  beside: {{url: "sqlite:///{folder}/beside.db"}}
streams:
  data: {{topic: {topic}, schema: {{id: string, n: int, text: string}}}}
pipelines:
  store: {{from: data, batch: {{size: 20, window: 100ms}}, sink: {{database: shop, table: T, upsert: [id]}}}}
  log: {{from: data, batch: {{size: 20, window: 100ms}}, sink: {{database: shop, table: L, insert: true}}}}
  beside:
    from: data
    batch: {{size: 200, window: 100ms}}
    sink: {{database: beside, table: T, upsert: [id], create: true}}
"""
MAKE_T = ("CREATE TABLE T (id VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, n BIGINT, "
          "text VARCHAR(300)) ENGINE=InnoDB")


def record(n):
    """The first and the last id of all are in every batch of partition 0, so that another client
    finds the two in each transaction."""
    partition = n % PARTITIONS
    id = (partition == 0 and {0: "aaa", 1: "zzz"}.get(n // PARTITIONS % 3)) or f"i{n % 4001}-{partition}"
    return partition, None, json.dumps({"id": id, "n": n, "text": TEXT}).encode()


class DatabaseFaults(case.Case):
    rate = LOAD
    kills = KILLS

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", file=sys.stderr)
        cls.random = random.Random(SEED)
        cls.files = tempfile.mkdtemp(prefix="e2e-faults-")
        cls.addClassCleanup(shutil.rmtree, cls.files, ignore_errors=True)
        cls.stack = Stack(cls.files)
        cls.addClassCleanup(cls.stack.stop)
        port = cls.stack.start("mariadb")["MYSQL_PORT"]
        cls.database = "faults"
        cls.mysql = Mysql(port, cls.database)
        cls.mysql.create()
        # A user as a worker has one: read_only and max_connections do not hold for root.
        cls.mysql.run("CREATE USER worker@'%'", f"GRANT ALL ON {cls.database}.* TO worker@'%'",
                      "CREATE USER crowd@'%'", MAKE_T,
                      "CREATE TABLE L (id VARCHAR(20), n BIGINT, text VARCHAR(300)) ENGINE=InnoDB",
                      "CREATE TABLE heavy (i INT) AS SELECT seq AS i FROM seq_1_to_5000")
        cls.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        cls.app = f"faults_{os.getpid()}_{time.time_ns() // 1000000}"
        cls.topic = cls.app + "-data"
        cls.kafka.create(cls.topic, PARTITIONS)
        cls.addClassCleanup(cls.kafka.drop_prefix, cls.app)
        path = os.path.join(cls.files, "faults.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(FILE.format(app=cls.app, brokers=cls.kafka.brokers, port=port,
                                   database=cls.database, folder=cls.files, topic=cls.topic))
        cls.worker_process = Worker(cls.binary, path, cls.files)
        cls.addClassCleanup(cls.worker_process.close)
        cls.kafka.produce(cls.topic, [record(n) for n in range(BACKLOG)])
        cls.next = BACKLOG
        cls.worker_process.start().wait_ready()
        cls.base = cls.figures()
        cls.rss = None
        cls.lost = {}    # what the test itself took away from T: positions from which it is whole
        cls.blank = {}   # the same of its column text

    def setUp(self):
        super().setUp()
        self.worker = self.worker_process
        self.workers.append(self.worker)
        self.feeder = Feeder(self.kafka, self.topic, self.records)
        self.addCleanup(self.feeder.ended.set)
        self.flows("store/T")
        if self.rss is None:
            wait_until(lambda: f"the backlog is taken: {self.positions('log/L')}", lambda: all(
                sum(self.positions(sink).values()) >= BACKLOG for sink in SINKS), 120)
            type(self).rss = self.resident()

    def records(self, ended):
        """At a steady rate."""
        began, first = time.monotonic(), self.next
        while not ended.wait(max(0, began + (self.next - first) / self.rate - time.monotonic())):
            for _ in range(20 if self.rate == LOAD else 1):
                yield record(self.next)
                type(self).next += 1

    # What the worker says.

    @classmethod
    def figures(cls):
        """The group's view, which no fault of a database may change."""
        tasks = [(task["topic"], task["partition"])
                 for member in cls.worker_process.get_json("/assignment")["members"]
                 for task in member["tasks"]]
        return cls.worker_process.metrics().total("streamworker_rebalances_total"), sorted(tasks)

    def reasons(self):
        return self.worker.get_json("/health/ready")["reasons"]

    def expect_reason(self, what, *parts, seconds=10):
        """Ready says `what`, with all of `parts` in its details."""
        def found():
            return [one for one in self.reasons() if one["what"] == what
                    and all(part in json.dumps(one) for part in parts)]
        return wait_until(lambda: f"{what} with {parts}; it says {self.reasons()}", found, seconds)[0]

    def retries(self, kind):
        return self.worker.metrics().total("streamworker_sink_retries_total", database="shop",
                                           **{"class": kind})

    def resident(self):
        with open(f"/proc/{self.worker.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    # What the databases say.

    def positions(self, sink):
        """{partition: position}"""
        text = f"SELECT part, next_offset FROM streamworker_offsets WHERE sink = '{sink}'"
        if sink.startswith("beside"):
            with contextlib.closing(sqlite3.connect(f"{self.files}/beside.db")) as database:
                return dict(database.execute(text).fetchall())
        return dict(self.mysql.run(text))

    def flows(self, sink, seconds=15):
        """The sink takes records now."""
        before = sum(self.positions(sink).values())
        wait_until(f"{sink} goes on behind {before}",
                   lambda: sum(self.positions(sink).values()) > before, seconds)

    def connections(self):
        return [row[0] for row in self.mysql.run(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'worker'")]

    def cut_connections(self):
        for number in self.connections():
            with contextlib.suppress(Exception):  # it may be gone already
                self.mysql.run(f"KILL CONNECTION {number}")

    # The end of each fault.

    def finish(self, seconds=120):
        wait_until(lambda: f"ready again; it says {self.reasons()}", self.worker.ready, seconds)
        for sink in SINKS:
            self.flows(sink)
        self.feeder.end()
        ends = self.kafka.ends(self.topic)
        for sink in SINKS:
            wait_until(lambda name=sink: f"{name} is at {ends}: {self.positions(name)}",
                       lambda name=sink: self.positions(name) == ends, seconds)
        self.check_rows()
        self.assertEqual(self.figures(), self.base, "the group has rebalanced")
        rss = self.resident()
        print(f"    resident {rss >> 20} MiB, {self.rss >> 20} at first", file=sys.stderr)
        self.assertLess(rss, self.rss + GROWTH)

    def check_rows(self):
        whole, since_lost, texts, numbers = {}, {}, {}, []
        for partition, messages in self.kafka.read(self.topic).items():
            for message in messages:
                value = json.loads(message.value())
                id, row = value["id"], (value["n"], value["text"])
                whole[id] = row
                numbers.append(value["n"])
                if message.offset() >= self.lost.get(partition, 0):
                    since_lost[id] = row
                blank = message.offset() < self.blank.get(partition, 0)
                texts[id] = None if blank else value["text"]
        with contextlib.closing(sqlite3.connect(f"{self.files}/beside.db")) as database:
            found = {id: (n, text) for id, n, text in database.execute("SELECT id, n, text FROM T")}
        self.same(found, whole, "the SQLite file")
        found = {id: (n, text) for id, n, text in self.mysql.run("SELECT id, n, text FROM T")}
        self.same(found, {id: (n, texts[id]) for id, (n, _) in since_lost.items()}, "T")
        inserted = sorted(row[0] for row in self.mysql.run("SELECT n FROM L"))
        self.assertEqual(len(inserted), len(numbers))
        self.assertEqual(inserted, sorted(numbers))

    def same(self, found, wanted, where):
        different = [(id, found.get(id), wanted.get(id)) for id in found.keys() | wanted.keys()
                     if found.get(id) != wanted.get(id)]
        self.assertFalse(different, f"{len(different)} rows of {where} differ: {different[:3]}")

    def stopped_meanwhile(self, *parts):
        """The pipeline `store` is stopped, says why, and the two others go on."""
        reason = self.expect_reason("pipeline stopped", *parts)
        self.assertEqual((reason["pipeline"], reason["database"]), ("store", "shop"))
        states = {one["name"]: one["state"] for one in self.worker.get_json("/pipelines")["pipelines"]}
        self.assertEqual(states, {"store": "stopped", "log": "running", "beside": "running"})
        before = self.positions("store/T")
        self.flows("log/L")
        self.flows("beside/T")
        self.assertEqual(self.positions("store/T"), before)
        return before

    def away_meanwhile(self, *parts, seconds=10):
        self.expect_reason("database away", '"database": "shop"', *parts, seconds=seconds)
        self.flows("beside/T")

    # The faults.

    def test_deadlock(self):
        before = int(self.mysql.run("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")[0][1])
        retries = self.retries("busy")
        with contextlib.closing(self.mysql.connect()) as other:
            cursor = other.cursor()

            def provoke():
                """It holds the last id and much else, so that it is not the one to be rolled back;
                the worker takes the first id and waits for the last."""
                cursor.execute("BEGIN")
                cursor.execute("UPDATE heavy SET i = i + 1")
                cursor.execute("SELECT * FROM T WHERE id = 'zzz' FOR UPDATE")
                wait_until("the worker waits for the lock", lambda: self.mysql.run(
                    "SELECT 1 FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'"),
                    10, 0.15)
                with contextlib.suppress(Exception):  # the victim may be the other one
                    cursor.execute("SELECT * FROM T WHERE id = 'aaa' FOR UPDATE")
                cursor.execute("ROLLBACK")
                return self.retries("busy") > retries
            wait_until("the worker is the victim of a deadlock", provoke, 30)
        after = int(self.mysql.run("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")[0][1])
        self.assertGreater(after, before)
        self.finish()

    @unittest.skipUnless(LONG, "takes two lock waits of 5 s")
    def test_lock_wait_timeout(self):
        with contextlib.closing(self.mysql.connect()) as other:
            cursor = other.cursor()
            cursor.execute("BEGIN")
            cursor.execute("SELECT * FROM T WHERE id = 'zzz' FOR UPDATE")
            self.expect_reason("database busy", "1205: ", seconds=25)
            self.flows("beside/T")
            cursor.execute("ROLLBACK")
        self.finish()

    def test_connection_killed(self):
        for _ in range(20 if LONG else 5):
            self.cut_connections()
            time.sleep(self.random.uniform(0, 0.3))
        self.finish()

    def test_server_killed_while_it_commits(self):
        for _ in range(self.kills):
            time.sleep(self.random.uniform(0.2, 0.6))
            self.stack.call("mariadb.sh", "kill")
            self.away_meanwhile()
            self.stack.call("mariadb.sh", "start")
            self.flows("store/T")
        self.finish()

    def test_server_away_when_the_worker_starts(self):
        self.assertEqual(self.worker.stop(), 0)
        self.stack.call("mariadb.sh", "stop")
        self.worker.start()
        self.away_meanwhile(seconds=20)
        self.stack.call("mariadb.sh", "start")
        self.finish()

    @unittest.skipUnless(LONG, "takes a read timeout of 10 s")
    def test_server_that_stops_answering(self):
        with open(f"{self.files}/mariadb/pid", encoding="ascii") as file:
            server = int(file.read())
        os.kill(server, signal.SIGSTOP)
        try:
            self.away_meanwhile(seconds=30)
        finally:
            os.kill(server, signal.SIGCONT)
        self.finish()

    def test_read_only(self):
        self.mysql.run("SET GLOBAL read_only = 1")
        self.addCleanup(self.mysql.run, "SET GLOBAL read_only = 0")
        self.away_meanwhile("1290: ")
        self.mysql.run("SET GLOBAL read_only = 0")
        self.finish()

    def test_too_many_connections(self):
        most = self.mysql.run("SELECT @@max_connections")[0][0]
        crowd = Mysql(self.mysql.port, None, user="crowd")
        with contextlib.closing(self.mysql.connect()) as other, contextlib.ExitStack() as stack:
            cursor = other.cursor()
            cursor.execute("SET GLOBAL max_connections = 10")
            stack.callback(cursor.execute, f"SET GLOBAL max_connections = {most}")

            def crowded():
                """Whoever is cut off does not come back in."""
                cursor.execute("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'worker'")
                for number, in cursor.fetchall():
                    with contextlib.suppress(Exception):
                        cursor.execute(f"KILL CONNECTION {number}")
                with contextlib.suppress(Exception):
                    while True:
                        stack.enter_context(contextlib.closing(crowd.connect(database=False)))
                return [one for one in self.reasons() if "1040: " in one.get("error", "")]
            wait_until(lambda: f"no connection is left; it says {self.reasons()}", crowded, 20)
            self.flows("beside/T")
        self.finish()

    def test_table_dropped_and_created_again(self):
        self.mysql.run("DROP TABLE T")
        type(self).lost = self.stopped_meanwhile("T", "repair the table")
        self.mysql.run(MAKE_T)
        self.finish()

    def test_table_renamed_and_back(self):
        self.mysql.run("RENAME TABLE T TO T_away")
        self.stopped_meanwhile("T", "repair the table")
        self.mysql.run("RENAME TABLE T_away TO T")
        self.finish()

    def test_column_dropped_and_added(self):
        self.mysql.run("ALTER TABLE T DROP COLUMN text")
        type(self).blank = self.stopped_meanwhile("text", "repair the table")
        self.mysql.run("ALTER TABLE T ADD COLUMN text VARCHAR(300)")
        self.finish()

    def test_permission_revoked_and_given(self):
        self.mysql.run(f"REVOKE INSERT ON {self.database}.* FROM worker@'%'",
                       f"GRANT INSERT ON {self.database}.L TO worker@'%'")
        self.cut_connections()
        self.stopped_meanwhile("1142: ", "give the user this right")
        self.mysql.run(f"GRANT INSERT ON {self.database}.* TO worker@'%'")
        self.cut_connections()
        self.finish()

    @unittest.skipUnless(os.geteuid() == 0, "only root mounts a small disk")
    def test_disk_full(self):
        disk = tempfile.mkdtemp(prefix="disk-", dir=self.files)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no small disk: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
        self.mysql.run("RENAME TABLE L TO L_before",
                       "CREATE TABLE L (id VARCHAR(20), n BIGINT, text VARCHAR(300)) ENGINE=InnoDB "
                       f"DATA DIRECTORY = '{disk}'")
        with open(os.path.join(disk, "filler"), "wb") as file, contextlib.suppress(OSError):
            while True:  # until the disk is full
                file.write(b"x" * 65536)
                file.flush()
        self.expect_reason("database busy", "1114: ", seconds=40)
        self.flows("beside/T")
        self.flows("store/T")
        os.remove(os.path.join(disk, "filler"))
        self.flows("log/L")
        self.mysql.run("RENAME TABLE L TO L_disk, L_before TO L")
        self.mysql.run("INSERT INTO L SELECT * FROM L_disk", "DROP TABLE L_disk")
        self.finish()


class NowAndThen(DatabaseFaults):
    """The same with hardly any load."""
    rate = TRICKLE
    kills = 5
    test_deadlock = None   # no batch has the two rows
    test_disk_full = None  # nothing grows


if __name__ == "__main__":
    if LONG:
        sys.argv.remove("--long")
    else:
        del NowAndThen
    case.run(needs=["KAFKA_BROKERS"])
