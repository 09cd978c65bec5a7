"""Paths of one's own on MariaDB: rows by a bound parameter, many at once, a statement that lasts, a
database that is away; health answers meanwhile."""

import concurrent.futures
import json
import time
import urllib.parse

from harness import case
from harness.servers import NEEDS, ServersCase
from harness.waiting import wait_until

PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
databases:
  shop: {{url: "{url}"}}
  away: {{url: "mysql://root@127.0.0.1:1/nothing"}}
streams:
  events: {{topic: {app}-in, schema: {{id: string}}}}
tables:
  counts: {{from: events, key: id, columns: {{n: count(*)}}}}
http:
  routes:
    /users/{{name}}: {{database: shop, sql: "SELECT name, age, price, at FROM users WHERE name = :name ORDER BY age"}}
    /sleep/{{seconds}}: {{database: shop, sql: "SELECT SLEEP(:seconds) AS slept"}}
    /away: {{database: away, sql: SELECT 1}}
    /counts/{{id}}: {{table: counts, key: "{{id}}", default: {{n: 0}}}}
"""
NAMES = ["a", "it's", 'quote"', "back\\slash", "Zoë / 😀", "x' OR '1'='1", "%", "--"]


class Routes(ServersCase):
    def setUp(self):
        super().setUp()
        self.use_servers("routes", topics=("in",))
        self.mysql.run("CREATE TABLE users (name VARCHAR(64) COLLATE utf8mb4_bin, age INT, "
                       "price DECIMAL(8,2), at DATETIME) ENGINE=InnoDB CHARACTER SET utf8mb4")
        self.process = self.worker(self.write("routes.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, url=self.mysql.url())))
        self.process.start().wait_ready()

    def get(self, *segments, seconds=20):
        path = "/" + "/".join(urllib.parse.quote(str(one), safe="") for one in segments)
        status, body = self.process.get(path, seconds)
        return status, json.loads(body)

    def test_rows_by_bound_parameters(self):
        for age, name in enumerate(NAMES):
            self.mysql.run("INSERT INTO users VALUES (%s, %d, 12.50, '2026-01-02 03:04:05')" % (
                "'" + name.replace("\\", "\\\\").replace("'", "''") + "'", age))
        self.mysql.run("INSERT INTO users VALUES ('a', 99, NULL, NULL)")
        for age, name in enumerate(NAMES[1:], 1):
            self.assertEqual(self.get("users", name), (200, [
                {"name": name, "age": age, "price": "12.50", "at": "2026-01-02 03:04:05"}]))
        self.assertEqual([row["age"] for row in self.get("users", "a")[1]], [0, 99])
        self.assertEqual(self.get("users", "nobody"), (200, []))
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: self.get("users", "it's")[0], range(1000)))
        self.assertEqual(answers, [200] * 1000)
        connections = self.mysql.run("SELECT count(*) FROM information_schema.processlist WHERE db "
                                     "= DATABASE() AND id <> CONNECTION_ID()")[0][0]
        self.assertLessEqual(connections, 4)

    def test_what_lasts_or_is_away_is_a_503_and_holds_nothing_up(self):
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            lasting = [pool.submit(self.get, "sleep", 60) for _ in range(8)]
            deadline = time.monotonic() + 4
            while time.monotonic() < deadline:
                start = time.monotonic()
                self.assertEqual(self.get("health", "live")[0], 200)
                self.assertEqual(self.get("counts", "x"), (200, {"n": 0}))
                self.assertEqual(self.get("away")[0], 503)
                self.assertLess(time.monotonic() - start, 1)
            for one in lasting:
                status, body = one.result()
                self.assertEqual(status, 503, body)
        wait_until("the database is asked again", lambda: self.get("users", "a") == (200, []), 30)
        self.assertEqual(self.get("sleep", 0), (200, [{"slept": 0}]))
        self.assertEqual(self.process.stop(), 0)


if __name__ == "__main__":
    case.run(needs=NEEDS)
