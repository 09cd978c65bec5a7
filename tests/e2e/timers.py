"""Two workers and timers of 200 ms, while one worker after the other is killed: each run once, none
missing. `--long`: 50 periods, else 15."""

import os
import random
import subprocess
import sys
import time
from datetime import datetime, timedelta

from harness import case
from harness.servers import NEEDS, ServersCase
from harness.waiting import wait_until

LONG = "--long" in sys.argv
if LONG:
    sys.argv.remove("--long")
PERIODS = 50 if LONG else 15
EVERY = timedelta(milliseconds=200)
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))

# `quick` writes its rows itself, `slow` by a procedure that is under way when its worker dies.
FILE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
databases: {{db: {{url: "{url}"}}}}
streams: {{data: {{topic: "{app}-data", partitions: 1}}}}
pipelines: {{show: {{from: data, sink: {{log: true}}}}}}
timers:
  quick:
    every: 200ms
    catch_up: all
    database: db
    sql:
      - INSERT INTO runs (timer, scheduled_at) VALUES ('quick', :at)
      - UPDATE counts SET n = n + 1 WHERE timer = 'quick'
    params: {{at: scheduled_at}}
  slow:
    every: 200ms
    catch_up: all
    database: db
    sql: CALL slow_run(:at)
    params: {{at: scheduled_at}}
"""
TABLES = [
    """CREATE TABLE runs (timer VARCHAR(20), scheduled_at DATETIME(6), PRIMARY KEY (timer,
       scheduled_at)) ENGINE=InnoDB""",
    "CREATE TABLE counts (timer VARCHAR(20) PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB",
    "INSERT INTO counts VALUES ('quick', 0), ('slow', 0)",
    """CREATE PROCEDURE slow_run(scheduled DATETIME(6)) BEGIN
         INSERT INTO runs VALUES ('slow', scheduled);
         DO SLEEP(0.03);
         UPDATE counts SET n = n + 1 WHERE timer = 'slow';
       END"""]


class Timers(ServersCase):
    def setUp(self):
        super().setUp()
        print(f"SEED={SEED}")
        self.chance = random.Random(SEED)
        self.use_servers("timers")
        self.mysql.run(*TABLES)
        self.config = self.write("timers.yaml", FILE.format(
            app=self.app, brokers=self.kafka.brokers, url=self.mysql.url()))

    def count(self):
        """Runs of the timer that has fewer."""
        return self.mysql.run("SELECT MIN(n) FROM counts")[0][0]

    def check_connect(self, user):
        done = subprocess.run(
            [self.binary, "check", "-c", self.config, "--connect", "--set",
             f"databases.db.url=mysql://{user}@127.0.0.1:{self.mysql.port}/{self.app}"],
            capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_check_says_whether_the_table_of_timers_can_be_used(self):
        user, grant = self.app[:32], f"GRANT %s ON {self.app}.* TO '{self.app[:32]}'@'%%'"
        self.mysql.run(f"CREATE USER '{user}'@'%'", grant % "SELECT")
        self.addCleanup(self.mysql.run, f"DROP USER '{user}'@'%'")
        code, said = self.check_connect(user)
        self.assertEqual(code, 69)
        self.assertIn("✗ timer quick: db.streamworker_timers: ", said)
        self.assertIn("CREATE command denied", said)
        self.mysql.run(grant % "CREATE")
        code, said = self.check_connect(user)
        self.assertEqual(code, 0, said)
        self.assertIn("✓ timer slow: db.streamworker_timers does not exist, the worker will create it",
                      said)
        self.assertEqual(self.mysql.run("SHOW TABLES LIKE 'streamworker%'"), [])
        worker = self.worker(self.config).start()
        wait_until("the table is there",
                   lambda: self.mysql.run("SHOW TABLES LIKE 'streamworker_timers'"), 40)
        worker.port()
        self.assertEqual(worker.stop(), 0)
        code, said = self.check_connect(user)
        self.assertEqual(code, 69)
        self.assertIn("UPDATE command denied", said)
        self.mysql.run(grant % "INSERT, UPDATE")
        code, said = self.check_connect(user)
        self.assertEqual(code, 0, said)
        self.assertIn("✓ timer quick: db.streamworker_timers\n", said)

    def kill_in_turn(self, workers):
        """Until there are PERIODS runs. Returns how many kills."""
        kills, deadline = 0, time.monotonic() + 120
        while self.count() < PERIODS:
            self.assertLess(time.monotonic(), deadline, f"{self.count()} runs")
            victim = workers[kills % 2]
            # So that each kill meets a worker which ran something, or the other one did.
            before = self.count()
            wait_until("a run since the last kill", lambda: self.count() > before, 30, 0.01)
            time.sleep(self.chance.random() * 0.2)  # the moment of the kill is random
            victim.kill()
            victim.start()
            kills += 1
        return kills

    def test_each_period_runs_once(self):
        workers = [self.worker(self.config).start() for _ in range(2)]
        for worker in workers:
            wait_until(lambda: f"timers of {worker.name}\n{worker.tail()}",
                       lambda: worker.get_json("/timers")["timers"], 40)
        kills = self.kill_in_turn(workers)
        self.everybody_away(workers)
        reached = self.count()
        wait_until("runs after all were away", lambda: self.count() > reached + 5, 30)
        for worker in workers:
            worker.port()
            self.assertEqual(worker.stop(), 0)
        self.check(kills)

    def everybody_away(self, workers):
        """Periods that nobody was there for come when somebody is back."""
        for worker in workers:
            worker.kill()
        time.sleep(5 * EVERY.total_seconds())
        for worker in workers:
            worker.start()

    def check(self, kills):
        least = 4 if LONG else 2
        self.assertGreaterEqual(kills, least)
        for timer in ("quick", "slow"):
            times = [row[0] for row in self.mysql.run(
                f"SELECT scheduled_at FROM runs WHERE timer = '{timer}' ORDER BY scheduled_at")]
            self.assertGreaterEqual(len(times), PERIODS)
            steps = {later - earlier for earlier, later in zip(times, times[1:])}
            self.assertEqual(steps, {EVERY}, timer)
            self.assertEqual((times[0] - datetime(1970, 1, 1)) % EVERY, timedelta(0))
            # What a run wrote beside its row, it wrote once too.
            count = self.mysql.run(f"SELECT n FROM counts WHERE timer = '{timer}'")[0][0]
            self.assertEqual(count, len(times), timer)
            row = self.mysql.run("SELECT scheduled_at, finished_at IS NULL, failures FROM "
                                 f"streamworker_timers WHERE name = '{timer}'")[0]
            self.assertEqual(row[2], 0)
            self.assertIn(row[0], times[-1:] + [times[-1] + EVERY])
        print(f"{kills} kills, {len(times)} periods")


if __name__ == "__main__":
    case.run(NEEDS)
