"""What a supervisor sees: readiness and the watchdog over a socket as systemd's; a task that makes no
progress and ends the process, and what is none; a disk that is almost full (on a small tmpfs, where
mounting is allowed).
"""

import os
import socket
import subprocess
import tempfile
import threading
import time

from confluent_kafka import Producer

from harness import case
from harness.kafka import Kafka
from harness.waiting import wait_until

MIB = 1 << 20
STALL, EXIT = 2, 5  # seconds
# Ten to the power of twenty rows are to be counted: that takes for ever.
DIGITS = ", ".join("json_each('[0,1,2,3,4,5,6,7,8,9]') AS d%d" % i for i in range(20))
COPY = """
app: {app}
kafka: {{brokers: "{brokers}"}}
watchdog: {{stall: {stall}s, exit: {exit}s}}
drain: 1s
streams:
  numbers: {{topic: {app}-in, partitions: 2, schema: {{number: int}}}}
pipelines:
  copy:
    from: numbers
    select:
      number: number
      checked: "CASE WHEN number = 13 THEN (SELECT count(*) FROM {digits}) ELSE 0 END"
    sink: {{topic: {app}-out}}
"""
EMBEDDED = """
app: disk
kafka: {brokers: embedded}
streams:
  numbers:
    generate: {fields: {number: "random_between(1, 1000000)"}, rate: 200}
    schema: {number: int}
pipelines:
  copy: {from: numbers, sink: {topic: out}}
"""


class Systemd:
    """The other end of NOTIFY_SOCKET: reads all the time, as systemd does."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.heard = []
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        while True:
            line = self.socket.recv(4096).decode()
            if not line:
                return
            self.heard.append(line)

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self.path)
        self.thread.join()
        self.socket.close()

    def lines(self):
        return list(self.heard)

    def alive(self):
        return self.lines().count("WATCHDOG=1")


class Supervision(case.Case):
    def supervised(self, config, **options):
        systemd = Systemd(tempfile.mkdtemp(dir=self.folder))
        self.addCleanup(systemd.close)
        environment = {"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "1000000"}
        return systemd, self.worker(config, environment=environment, **options)

    def prepare(self):
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.app = self.unique("supervision")
        self.input = self.app + "-in"
        self.kafka.create(self.input, 2)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        return self.write("copy.yaml", COPY.format(app=self.app, brokers=self.kafka.brokers,
                                                   stall=STALL, exit=EXIT, digits=DIGITS))

    def reasons(self, worker):
        return worker.get_json("/health/ready")["reasons"]

    def test_a_task_that_stands_still_ends_the_process(self):
        systemd, worker = self.supervised(self.prepare())
        worker.start().wait_ready()
        wait_until("it is said to be ready", lambda: "STATUS=ready" in systemd.lines(), 10)
        self.assertEqual(systemd.lines().count("READY=1"), 1)
        self.kafka.produce(self.input, [(1, None, b'{"number": 13}')])
        reasons = wait_until("it says that it stands still", lambda: [
            reason for reason in self.reasons(worker) if reason["what"] == "stalled"], 20)
        self.assertEqual((reasons[0]["topic"], reasons[0]["partition"], reasons[0]["position"],
                          reasons[0]["end"]), (self.input, 1, 0, 1))
        self.assertEqual(worker.get("/health/live")[0], 200)
        self.assertEqual(worker.wait(40), 1)
        self.assertIn(b"has made no progress for", worker.log())
        self.assertIn("STOPPING=1", systemd.lines())
        self.assertGreater(systemd.alive(), 2)

    def test_markers_and_aborted_and_open_transactions_are_no_stall(self):
        systemd, worker = self.supervised(self.prepare())
        worker.start().wait_ready()
        producer = Producer({"bootstrap.servers": self.kafka.brokers,
                             "transactional.id": self.app + "-test"})
        producer.init_transactions()
        for partition, end in ((0, producer.commit_transaction), (1, producer.commit_transaction),
                               (1, producer.abort_transaction)):
            producer.begin_transaction()
            producer.produce(self.input, b'{"number": 1}', partition=partition)
            producer.flush()
            end()
        # And one that stays open: its record is not there for readers.
        producer.begin_transaction()
        producer.produce(self.input, b'{"number": 2}', partition=0)
        producer.flush()
        wait_until("both committed records are copied", lambda: sum(
            map(len, self.kafka.read(self.app + "-out").values())) == 2, 20)
        heard = systemd.alive()
        until = time.monotonic() + EXIT + 2 * STALL
        while time.monotonic() < until:
            self.assertEqual(self.reasons(worker), [])
            time.sleep(0.2)
        self.assertGreater(systemd.alive(), heard + 2 * EXIT)
        # The marker of the aborted transaction is no lag either.
        tasks = worker.get_json("/assignment")["members"][0]["tasks"]
        self.assertEqual([task["lag_records"] for task in tasks if task["partition"] == 1], [0])
        producer.abort_transaction()
        self.kafka.produce(self.input, [(0, None, b'{"number": 3}')])
        wait_until("the next record is copied", lambda: sum(
            map(len, self.kafka.read(self.app + "-out").values())) == 3, 20)
        self.assertEqual(worker.stop(), 0)
        self.assertIn("STOPPING=1", systemd.lines())

    def small_disk(self):
        disk = os.path.join(self.folder, "disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", disk],
                          capture_output=True).returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        return disk

    def taken(self, worker):
        return worker.metrics().total("streamworker_records_consumed_total")

    def test_a_disk_that_is_almost_full_holds_it_up(self):
        disk = self.small_disk()
        filler = os.path.join(disk, "filler")
        worker = self.worker(self.write("disk.yaml", EMBEDDED), state=os.path.join(disk, "state"))
        worker.start().wait_ready()
        wait_until("it takes records", lambda: self.taken(worker) > 100, 20)
        with open(filler, "wb") as file:
            file.write(bytes(200 * MIB))
        reason = wait_until("it is held up", lambda: self.reasons(worker), 10)[0]
        self.assertEqual(reason["what"], "disk almost full")
        wait_until("no more is taken", lambda: self.stands_still(worker), 20)
        self.assertTrue(worker.running())
        os.remove(filler)
        worker.wait_ready()
        before = self.taken(worker)
        wait_until("it takes records again", lambda: self.taken(worker) > before + 100, 20)
        self.assertEqual(worker.stop(), 0)
        # And it does not start on a full one.
        with open(filler, "wb") as file:
            file.write(bytes(200 * MIB))
        worker.start()
        self.assertEqual(worker.wait(20), 1)
        self.assertIn(b"free some, or set state.dir", worker.log())

    def stands_still(self, worker):
        before = self.taken(worker)
        time.sleep(1)
        return self.taken(worker) == before


if __name__ == "__main__":
    case.run(needs=("KAFKA_BROKERS",))
