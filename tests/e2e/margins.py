"""The margins: `sql apply`, the timer of config/classifieds.yaml, and Margin_info exact for several
intervals, whose ends are set while the worker runs."""

import json
import os
import random
import subprocess
import urllib.request
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from harness import case
from harness.classifieds_data import PARTITIONS, fold
from harness.classifieds_job import CONFIG, ClassifiedsJob
from harness.kafka import Kafka
from harness.mysql import Mysql
from harness.waiting import wait_until
from harness.worker import WITHOUT_PROXY

RECORDS = 3000
SEED = int(os.environ.get("SEED", "20190501"))
SQL = os.path.join(case.TOP, "sql")
SCRIPTS = [os.path.join(SQL, name) for name in (
    "initial_script.sql", "find_margin_stored_function.sql", "find_margin_by_adtype_procedure.sql",
    "find_margin_by_paymenttype_procedure.sql", "settings.sql")]
START = datetime(2020, 1, 1)
HOURS = 48
INTERVALS = [(START, START + timedelta(hours=HOURS)),
             (START + timedelta(hours=5), START + timedelta(hours=6)),
             (START + timedelta(hours=6), START + timedelta(hours=30)),
             (START - timedelta(days=1), START)]


def records(count, chance):
    """Prices at which rounding shows, 0 and tiny ones among them; times that are ends of intervals."""
    for number in range(count):
        price = Decimal(chance.choice([0, 1, 3, 7, 8, 16, 1000, chance.randrange(10**6)])) / 1000
        cost = Decimal(chance.choice([0, 1, 2, 5, chance.randrange(2000)])) / 1000
        at = START + timedelta(hours=chance.randrange(HOURS))
        if number % 3:
            at += timedelta(microseconds=chance.randrange(3600 * 10**6))
        # By its ad_type an id finds its task: one that changed it would have no order.
        identity = chance.randrange(count * 2 // 3)
        fields = {"id": f"m{identity}", "text": f"#{number}#",
                  "ad_type": ["Free", "Premium", "Platinum"][identity % 3],
                  "payment_type": chance.choice(["Offline", "Card", "card"]),
                  "created_at": at.strftime("%Y-%m-%d %H:%M:%S.%f"),
                  "price": "PRICE", "payment_cost": "COST"}
        value = json.dumps(fields).replace('"PRICE"', f"{price:f}").replace('"COST"', f"{cost:f}")
        yield identity % PARTITIONS, None, value.encode()


def rounded(value):
    """To three digits, half away from zero."""
    thousandths = abs(value) * 1000
    whole = int(thousandths + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole) / 1000


def margin_of(price, cost):
    if price == 0:
        return None
    exact = rounded((Fraction(price) - Fraction(cost)) / Fraction(price))
    return max(Decimal("-9999.999"), min(Decimal("9999.999"), exact))


def margins(rows, dimension, start, end):
    """{(dimension, value): (classifieds, margin, average)} of the folded log."""
    groups = {}
    for _, _, created, _, ad_type, price, _, payment_type, cost in rows:
        if created is not None and start <= created < end:
            value = ad_type if dimension == "ad_type" else payment_type
            groups.setdefault((dimension, value), []).append(margin_of(price, cost))
    found = {}
    for key, all_of_it in groups.items():
        known = [margin for margin in all_of_it if margin is not None]
        average = rounded(Fraction(sum(known)) / len(known)) if known else None
        found[key] = (len(all_of_it), sum(known) if known else None, average)
    return found


class Margins(case.Case):
    def setUp(self):
        super().setUp()
        mysql = Mysql(os.environ["MYSQL_PORT"], self.unique("e2e"))
        self.job = ClassifiedsJob(self, Kafka(os.environ["KAFKA_BROKERS"]), mysql)

    def apply(self, *files, config=CONFIG, url=None):
        url = url or self.job.mysql.url()
        return subprocess.run(
            [self.binary, "sql", "apply", "-c", config, "--database", "mtdataengineer",
             "--set", f"databases.mtdataengineer.url={url}", *files],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def set(self, name, value):
        self.job.mysql.run("CALL streamworker_set('%s', 'timers.margins.%s', '%s')"
                           % (self.job.app, name, value))

    def timer(self):
        return self.running.get_json("/timers")["timers"][0]

    def runs(self, result="ok"):
        return self.running.metrics().total("streamworker_timer_runs_total", timer="margins",
                                            result=result)

    def info(self, start, end):
        rows = self.job.mysql.run(
            "SELECT dimension, value, classifieds, margin, average_margin, computed_at FROM "
            f"Margin_info WHERE interval_start = '{start}' AND interval_end = '{end}'")
        return {tuple(row[:2]): tuple(row[2:5]) for row in rows}, sorted(row[5] for row in rows)

    def test_the_timer_fills_margin_info(self):
        print(f"SEED={SEED}")
        for _ in range(2):
            done = self.apply(*SCRIPTS)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("find_margin_by_adtype_procedure.sql: 2 statements", done.stdout)
        self.running = self.job.worker(**{"settings.poll": "200ms"}).start().wait_ready()
        self.job.kafka.produce(self.job.topic, records(RECORDS, random.Random(SEED)))
        self.job.wait_finished(60)
        self.job.check_table()
        rows = list(fold(self.job.input).values())
        self.assertEqual(self.timer()["schedule"], "every 1 h")
        self.run_now(rows)
        self.set("every", "100ms")
        for start, end in INTERVALS:
            self.interval(rows, start, end)
        self.tables(rows)
        self.running.kill()
        self.running.start().wait_ready()
        self.tables(rows)
        self.refused()
        self.assertEqual(self.runs("error"), 0)
        self.assertEqual(self.running.stop(), 0)

    def tables(self, rows):
        """The margin tables hold what Margin_info holds of the interval that covers all."""
        everything = INTERVALS[0]
        for table, dimension in (("margin_by_ad_type", "ad_type"),
                                 ("margin_by_payment_type", "payment_type")):
            wanted = {value: found for (_, value), found
                      in margins(rows, dimension, *everything).items()}
            wait_until(lambda: f"{table} is {wanted}, and is {self.rows(table)}",
                       lambda: self.rows(table) == wanted, 60)

    def rows(self, table):
        status, body = self.running.get(f"/tables/{table}")
        if status != 200:
            return None
        page = json.loads(body, parse_float=Decimal)
        self.assertIsNone(page["next"])
        return {row["key"]: tuple(row["value"][name] for name in
                                  ("classifieds", "margin", "average_margin"))
                for row in page["rows"]}

    def run_now(self, rows):
        """Beside the schedule: from the file's `from` to now."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.running.port()}/timers/margins/run", method="POST")
        with WITHOUT_PROXY.open(request, timeout=5) as answer:
            self.assertEqual(answer.status, 202)
        asked = wait_until("the run that was asked for", lambda: self.timer()["asked_run"], 30)
        self.assertEqual(asked["result"], "ok", asked)
        found = self.job.mysql.run("SELECT DISTINCT interval_start, interval_end FROM Margin_info")
        self.assertEqual([start for start, _ in found], [datetime(2019, 5, 1)])
        self.check(rows, *found[0])

    def interval(self, rows, start, end):
        self.set("params.from", start)
        self.set("params.to", end)
        there = (f"last_run is of [{start}, {end})")
        wait_until(lambda: f"{there}: {self.timer()}", lambda: self.parameters() == {
            "from": str(start), "to": str(end)} and self.timer()["last_run"]["result"] == "ok", 30)
        self.once_more()
        before = self.check(rows, start, end)
        self.once_more()
        self.assertEqual(self.check(rows, start, end), before, "computed_at of the second time")

    def parameters(self):
        rows = self.job.mysql.run("SELECT parameters FROM streamworker_timers WHERE finished_at IS "
                                  "NOT NULL AND app = '%s'" % self.job.app)
        return json.loads(rows[0][0]) if rows and rows[0][0] else None

    def once_more(self):
        before = self.runs()
        wait_until(lambda: f"two more runs than {before}", lambda: self.runs() >= before + 2, 30)

    def check(self, rows, start, end):
        found, computed = self.info(start, end)
        wanted = {**margins(rows, "ad_type", start, end), **margins(rows, "payment_type", start, end)}
        self.assertEqual(found, wanted)
        return computed

    def refused(self):
        self.set("every", "soon")
        wait_until("a bad value is refused", lambda: self.job.mysql.run(
            "SELECT refused FROM streamworker_settings WHERE name = 'timers.margins.every' AND "
            "refused IS NOT NULL"), 30)
        self.assertEqual(self.timer()["schedule"], "every 100 ms")

    def test_the_regular_script_prints_and_errors_name_their_line(self):
        self.assertEqual(self.apply(*SCRIPTS).returncode, 0)
        self.job.mysql.run(
            "INSERT INTO Classifieds (id, created_at, text, ad_type, price, payment_cost) VALUES "
            "('a', '2020-01-01', '', 'Free', 8, 1), ('b', '2020-01-01', '', 'Free', 4, 1), "
            "('c', '2018-01-01', '', 'Free', 4, 1), ('d', '2020-01-01', '', 'free', 2, 1)")
        done = self.apply(os.path.join(SQL, "find_margin_regular_script.sql"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("ad_type  classifieds  margin  average_margin\n"
                      "Free               2   1.625           0.813\n"
                      "free               1   0.500           0.500\n(2 rows)\n", done.stdout)
        bad = self.write("bad.sql", "-- one\nSELECT 1;\n\n  CREATE TABEL x (i INT);\nSELECT 2;\n")
        done = self.apply(bad)
        self.assertEqual(done.returncode, 1)
        self.assertIn("bad.sql:4: error: 1064: ", done.stderr)
        self.assertIn("(in: CREATE TABEL x (i INT))", done.stderr)
        self.assertEqual(done.stdout, "1\n1\n(1 row)\n")
        for path, why in ((self.folder, "is a directory; name its files"),
                          (os.path.join(self.folder, "none.sql"), "cannot be read"),
                          ("/proc/self/mem", "cannot be read")):
            done = self.apply(SCRIPTS[-1], path)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertEqual(done.stderr, f"streamworker: {path} {why}\n")
        # The output may wait in a pager for longer than a worker's connection would live.
        limits = self.write("limits.sql", "SELECT @@wait_timeout, @@idle_transaction_timeout;\n")
        self.assertIn(" 28800 ", self.apply(limits).stdout)
        self.assertIn(" 0\n(1 row)", self.apply(limits).stdout)
        away = self.apply(bad, url="mysql://root@127.0.0.1:1/x")
        self.assertEqual(away.returncode, 69)
        self.assertIn("connection refused", away.stderr)

    def test_sqlite_takes_triggers(self):
        script = self.write("it.sql", """CREATE TABLE a (i INTEGER);
CREATE TABLE log (i INTEGER);
CREATE TRIGGER t AFTER INSERT ON a BEGIN
  INSERT INTO log VALUES (new.i);
  INSERT INTO log VALUES (-new.i);
END;
INSERT INTO a VALUES (7);
SELECT i, NULL AS none, 'two words' AS text FROM log;
""")
        config = self.write("it.yaml", "app: it\nkafka: {brokers: embedded}\n"
                            "databases: {mtdataengineer: {url: 'sqlite:x.db'}}\nstreams: {data: {}}\n")
        done = self.apply(script, config=config, url=f"sqlite://{self.folder}/it.db")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(" i  none  text\n 7  NULL  two words\n-7  NULL  two words\n(2 rows)\n",
                      done.stdout)


if __name__ == "__main__":
    case.run(needs=("KAFKA_BROKERS", "MYSQL_PORT"))
