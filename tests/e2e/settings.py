"""Live settings on a real Kafka and a real MariaDB: set, refused, reset by the procedures of
sql/settings.sql while a worker runs, and a pipeline that is paused for a while."""

import os
import subprocess

from harness import case
from harness.case import TOP
from harness.servers import NEEDS, ServersCase
from harness.waiting import wait_still, wait_until

SCRIPT = os.path.join(TOP, "sql", "settings.sql")
SOON = 20  # seconds; the worker polls every 200 ms
PARTITIONS = 4
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
commit: {{interval: 1s}}
databases:
  shop: {{url: "{url}"}}
streams:
  numbers:
    topic: {app}-in
    schema: {{number: int}}
pipelines:
  store:
    from: numbers
    batch: {{size: 1000000, window: 10m}}
    sink: {{database: shop, table: stored, insert: true}}
  other:
    from: numbers
    batch: {{size: 100, window: 50ms}}
    sink: {{database: shop, table: others, insert: true}}
  copy:
    from: numbers
    sink: {{topic: {app}-out}}
timers:
  margins:
    every: 1h
    database: shop
    sql: INSERT INTO runs VALUES (:from, :to)
    params: {{from: "2019-05-01 00:00:00", to: scheduled_at}}
settings: {{database: shop, poll: 200ms}}
"""


class Settings(ServersCase):
    def setUp(self):
        super().setUp()
        self.use_servers("settings", topics=("in", "out"), partitions=PARTITIONS)
        self.mysql.run_script(SCRIPT)
        self.mysql.run_script(SCRIPT)  # it can be run again
        # Without keys: what is written twice is there twice.
        for table in ("stored", "others"):
            self.mysql.run(f"CREATE TABLE {table} (number BIGINT) ENGINE=InnoDB")
        self.mysql.run("CREATE TABLE runs (begins VARCHAR(64), ends VARCHAR(64)) ENGINE=InnoDB")
        self.produced = 0
        self.process = self.worker(self.write("settings.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, url=self.mysql.url())))
        self.process.start().wait_ready()

    def produce(self, count):
        self.kafka.produce(self.app + "-in", (
            (number % PARTITIONS, None, b'{"number": %d}' % number)
            for number in range(self.produced, self.produced + count)))
        self.produced += count

    def numbers(self, table):
        return [row[0] for row in self.mysql.run(f"SELECT number FROM {table} ORDER BY number")]

    def wait_numbers(self, table, seconds=20):
        """All that was produced is in the table, each once."""
        wait_until(lambda: f"{self.produced} rows in {table}, {len(self.numbers(table))} are there",
                   lambda: len(self.numbers(table)) >= self.produced, seconds)
        self.assertEqual(self.numbers(table), list(range(self.produced)))

    def call(self, procedure, *arguments):
        self.mysql.run("CALL streamworker_%s(%s)" % (procedure, ", ".join(
            "'%s'" % argument for argument in (self.app, *arguments))))

    def setting(self, name):
        return {found["name"]: found for found in
                self.process.get_json("/settings")["settings"]}.get(name, {})

    def set(self, name, value, shown):
        """Sets it, and waits until the running worker has it."""
        self.call("set", name, value)
        wait_until(lambda: f"{name} is {shown}: {self.setting(name)}",
                   lambda: self.setting(name).get("value") == shown, SOON)
        self.assertEqual(self.setting(name)["origin"], "database")
        self.assertIsNone(self.setting(name)["refused"])

    def refuse(self, name, value, reason):
        """Sets what cannot be, and waits until that is told in /settings, in the row, in the log."""
        before = self.setting(name)
        self.call("set", name, value)
        wait_until(lambda: f"{name} is refused: {self.setting(name)}",
                   lambda: (self.setting(name).get("refused") or {}).get("value") == value, SOON)
        found = self.setting(name)
        self.assertIn(reason, found["refused"]["reason"])
        self.assertEqual(found["value"], before.get("value"))
        wait_until(f"the row of {name} says why", lambda: reason in (self.mysql.run(
            f"SELECT refused FROM streamworker_settings WHERE name = '{name}'")[0][0] or ""), SOON)
        self.assertIn(f'setting "{name}" = "{value}" by "root@'.encode(), self.process.log())

    def test_values_are_set_refused_and_reset(self):
        file = self.setting("pipelines.store.batch.window")
        self.assertEqual((file["value"], file["default"], file["origin"]), ("10m", "1s", "file"))
        self.produce(1000)
        self.wait_numbers("others")
        self.assertEqual(self.numbers("stored"), [])
        self.set("pipelines.store.batch.window", "100ms", "100ms")
        self.wait_numbers("stored", SOON)  # the open batches obeyed

        self.refuse("pipelines.store.batch.window", "soon", "expected a duration")
        self.refuse("offset_reset", "latest", "restart")
        self.refuse("pipelines.store.batch.widow", "1s", 'did you mean "window"?')
        self.assertEqual(self.setting("pipelines.store.batch.window")["value"], "100ms")
        self.call("reset", "pipelines.store.batch.window")
        wait_until("the file's window is back", lambda: self.setting(
            "pipelines.store.batch.window") == file, SOON)

        self.set("pipelines.store.batch.size", "25", 25)
        self.produce(1000)
        self.wait_numbers("stored", SOON)  # 250 a partition
        self.set("commit.interval", "300ms", "300ms")
        self.set("commit.every", "50", 50)
        self.produce(200)
        self.wait_numbers("stored")  # so each turn from now on has seen it
        before = self.commits()
        self.produce(2000)
        self.wait_numbers("stored")
        # Without `every` there would be a handful.
        wait_until(lambda: f"a commit each 50 records: {self.commits() - before}",
                   lambda: self.commits() - before >= 40, SOON)
        self.check_without_table()
        self.set("log.level", "debug", "debug")
        self.assertEqual(self.process.stop(), 0)
        self.assertIn(b" debug ", self.process.log())

    def commits(self):
        return self.process.metrics().total("streamworker_commits_total", result="ok")

    def test_a_timer_runs_as_its_settings_say(self):
        runs = lambda: [row for row in self.mysql.run("SELECT begins, ends FROM runs")]
        self.assertEqual(self.setting("timers.margins.every")["value"], "1h")
        self.set("timers.margins.every", "100ms", "100ms")
        wait_until("it runs each 100 ms", lambda: len(set(runs())) >= 3, SOON)
        self.set("timers.margins.params.from", "2020-02-29 00:00:00", "2020-02-29 00:00:00")
        self.set("timers.margins.params.to", "scheduled_at - 1d", "scheduled_at - 1d")
        wait_until(lambda: f"its parameters are others: {runs()[-3:]}", lambda: any(
            begins == "2020-02-29 00:00:00" and ends[:10] < self.today() for begins, ends in runs()),
            SOON)
        self.set("timers.margins.params.to", "{sql: SELECT 42}", {"sql": "SELECT 42"})
        wait_until("a query gives it", lambda: any(ends == "42" for _, ends in runs()), SOON)
        self.refuse("timers.margins.every", "seldom", "expected a duration")
        self.refuse("timers.margins.cron", "* * * * *", "both `every` and `cron`")
        self.refuse("timers.margins.sql", "DELETE FROM runs", "restart")
        self.refuse("timers.margin.every", "1m", 'did you mean "margins"?')
        self.set("timers.margins.enabled", "false", False)
        wait_still("no run for five periods of 100 ms", lambda: (
            self.timer()["enabled"], self.timer()["last_run"]["finished_at"], len(runs())), 0.5, SOON)
        for key in ("every", "params.from", "params.to", "enabled"):
            self.call("reset", "timers.margins." + key)
        wait_until("the file's values are back", lambda: [
            self.setting("timers.margins." + key)["value"] for key in
            ("every", "params.from", "params.to", "enabled")] ==
            ["1h", "2019-05-01 00:00:00", "scheduled_at", True], SOON)
        self.assertEqual(self.process.stop(), 0)

    def today(self):
        return self.mysql.run("SELECT date_format(utc_date(), '%Y-%m-%d')")[0][0]

    def timer(self):
        return self.process.get_json("/timers")["timers"][0]

    def check_without_table(self):
        self.assertIn("✓ shop.streamworker_settings", self.check(0))
        self.mysql.run("DROP TABLE streamworker_settings")
        wait_until("the worker says that there is no table", lambda: "sql/settings.sql" in (
            self.process.get_json("/settings")["problem"] or ""), SOON)
        self.assertIn("sql/settings.sql", self.check(69))
        self.assertEqual(self.setting("commit.every")["value"], 50)  # stays
        self.mysql.run_script(SCRIPT)
        wait_until("an empty table gives the file's values back", lambda: self.setting(
            "commit.every")["origin"] == "default", SOON)
        self.assertIsNone(self.process.get_json("/settings")["problem"])
        self.assertEqual(self.process.log().count(b"settings are not read"), 1)

    def check(self, code):
        done = subprocess.run([self.binary, "check", "-c", self.process.config, "--connect"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def test_a_paused_pipeline_waits_and_is_exact_afterwards(self):
        self.set("pipelines.store.batch.window", "50ms", "50ms")
        self.produce(1000)
        self.wait_numbers("stored")
        self.set("pipelines.store.paused", "true", True)
        self.produce(3000)
        self.wait_numbers("others")
        self.check_paused()
        self.assertEqual(self.process.stop(), 0)
        self.process.start().wait_ready()  # it holds
        self.produce(1000)
        self.wait_numbers("others")
        self.check_paused()
        self.call("reset", "pipelines.store.paused")
        self.wait_numbers("stored")
        self.wait_numbers("others")
        wait_until("all is committed", lambda: sum(self.kafka.committed(
            self.app, self.app + "-in").values()) == self.produced, 20)
        copies = sum(map(len, self.kafka.read(self.app + "-out").values()))
        self.assertEqual(copies, self.produced)
        self.assertEqual(self.process.stop(), 0)

    def check_paused(self):
        self.assertEqual(self.numbers("stored"), list(range(1000)))
        positions = self.mysql.run("SELECT sum(next_offset) FROM streamworker_offsets WHERE sink = "
                                   "'store/stored'")
        self.assertEqual(positions[0][0], 1000)
        paused = {found["name"]: found["paused"] for found in
                  self.process.get_json("/pipelines")["pipelines"]}
        self.assertEqual(paused, {"store": True, "other": False, "copy": False})
        tasks = [task for member in self.process.get_json("/assignment")["members"]
                 for task in member["tasks"]]
        self.assertEqual([task["paused"] for task in tasks], [["store"]] * PARTITIONS)
        self.assertTrue(self.process.ready())  # a person asked for it


if __name__ == "__main__":
    case.run(NEEDS)
