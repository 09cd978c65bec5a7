"""What the faults act on: servers behind proxies, three workers, the feeder, who watches."""

import os

from harness.feeder import Feeder
from harness.kafka import Kafka
from harness.mysql import Mysql
from harness.observer import Observer
from harness.proxy import KafkaFrames, MysqlFrames, Proxy
from harness.stack import Stack
from harness.waiting import wait_until
from harness.worker import Worker

from .job import INTERNAL, OUTPUTS, PARTITIONS, PIPELINE, TABLES, Input

WORKERS = 3
# A broker that was killed comes back when the controller has missed it: 9 s, if not said otherwise.
MORE = "broker.session.timeout.ms=6000\nbroker.heartbeat.interval.ms=500\n"


class Scene:
    def __init__(self, binary, folder, chance, brokers, rate):
        self.binary, self.folder, self.brokers = binary, folder, brokers
        self.app = "oracle"
        # Whether members are static, and whether they share a state folder, is the seed's as well.
        self.static = chance.random() < 0.3
        self.shared = not self.static and chance.random() < 0.5
        self.input = Input(rate)
        self.closing = []  # what is to be closed, the last first
        self.workers, self.observers = [], {}

    def describe(self):
        return (f"{self.brokers} brokers, {WORKERS} workers, "
                f"{'static' if self.static else 'dynamic'} members, "
                f"{'one state folder' if self.shared else 'a state folder each'}")

    def start(self):
        self.start_servers()
        self.kafka.create(f"{self.app}-in", PARTITIONS, self.replication)
        for name in OUTPUTS:
            self.kafka.create(f"{self.app}-{name}", PARTITIONS, self.replication)
        self.mysql.create()
        self.mysql.run(*TABLES)
        self.observers = {name: Observer(self.kafka, f"{self.app}-{name}") for name in OUTPUTS}
        self.closing += [observer.close for observer in self.observers.values()]
        self.make_workers()
        # One request at a time: librdkafka 2.0 mixes up the sequence of several when a leader dies,
        # and calls that fatal.
        alone = Kafka(self.kafka.brokers, **{**self.kafka.more, "max.in.flight": 1})
        self.feeder = Feeder(alone, f"{self.app}-in", self.input.records)
        self.closing.append(self.feeder.ended.set)
        for worker in self.workers:
            worker.start()

    def start_servers(self):
        self.stack = Stack(os.path.join(self.folder, "servers"))
        os.makedirs(self.stack.folder)
        self.replication = min(self.brokers, 3)
        with open(os.path.join(self.stack.folder, "kafka.more"), "w", encoding="ascii") as file:
            file.write(MORE + f"min.insync.replicas={min(self.replication, 2)}\n")
        self.closing.append(self.stack.stop)
        self.stack.start("mariadb")
        found = self.stack.start_brokers(self.brokers, "--proxied")
        routes = dict(map(int, pair.split(":")) for pair in found["KAFKA_PROXIES"].split())
        self.kafka_proxy = Proxy(KafkaFrames, routes)
        self.mysql_proxy = Proxy(MysqlFrames, {0: int(found["MYSQL_PORT"])})
        self.closing += [self.kafka_proxy.close, self.mysql_proxy.close]
        # Brokers come and go, and are silent.
        self.kafka = Kafka(found["KAFKA_BROKERS"], log_level=0, **{"socket.timeout.ms": 8000})
        self.mysql = Mysql(found["MYSQL_PORT"], self.app)

    def make_workers(self):
        path = os.path.join(self.folder, "oracle.yaml")
        proxied = Mysql(self.mysql_proxy.ports[0], self.app)
        with open(path, "w", encoding="utf-8") as file:
            file.write(PIPELINE.format(
                app=self.app, replication=self.replication, url=proxied.url(),
                brokers=",".join(f"127.0.0.1:{port}" for port in self.kafka_proxy.ports)))
        for number in range(1, WORKERS + 1):
            state = os.path.join(self.folder, "state" if self.shared else f"state{number}")
            settings = {"instance": f"oracle-{number}"} if self.static else {}
            self.workers.append(Worker(self.binary, path, self.folder, name=f"worker{number}",
                                       state=state, settings=settings))
            self.closing.append(self.workers[-1].close)

    def close(self):
        while self.closing:
            self.closing.pop()()

    # Positions.

    def topics_read(self):
        return [f"{self.app}-{name}" for name in ("in", *INTERNAL)]

    def database_positions(self):
        """{(sink, partition): offset}"""
        return {(sink, part): offset for sink, part, offset in self.mysql.run(
            "SELECT sink, part, next_offset FROM streamworker_offsets")}

    def check_running(self, workers=None):
        """A worker that ended by itself is a fault, whatever its reason; what else runs is the
        test's."""
        for other in (self.feeder, *self.observers.values()):
            if other.error is not None:
                raise other.error
        for worker in workers or self.workers:
            assert worker.running(), (f"{worker.name} ended by itself: "
                                      f"{worker.process.returncode}\n{worker.tail()}")

    def wait_told(self, fold, seconds):
        """Until as much as is wanted was told; what else is wrong is seen by comparing."""
        wanted = {"kept": len(fold.kept), "totals": len(fold.kept), "windows": len(fold.closed),
                  "visits": sum(map(len, fold.visits_told.values()))}

        def told():
            return {name: sum(map(len, self.observers[name].messages.values())) for name in wanted}
        wait_until(lambda: f"{wanted} records were told, {told()}",
                   lambda: all(told()[name] >= wanted[name] for name in wanted), seconds, 0.2)
