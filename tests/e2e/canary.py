"""A password is shown nowhere, whichever way it was given and whatever goes wrong."""

import os
import subprocess

from harness import case
from harness.kafka import Kafka
from harness.mysql import Mysql
from harness.waiting import wait_until

CANARY = "canary7Xq2Lm9"
PATHS = ["/config", "/metrics", "/version", "/pipelines", "/assignment", "/health/ready",
         "/health/live", "/"]
PIPELINE = """
app: {app}
kafka: {{brokers: "{brokers}"}}
databases:
  shop: {database}
streams:
  numbers:
    topic: {app}-in
    partitions: 1
    schema: {{number: int}}
pipelines:
  store:
    from: numbers
    batch: {{window: 100ms}}
    sink: {{database: shop, table: numbers, insert: true}}
"""


class Secrets(case.Case):
    """`self.shown` collects everything that a person could get to see."""

    def setUp(self):
        super().setUp()
        self.kafka = Kafka(os.environ["KAFKA_BROKERS"])
        self.mysql = Mysql(os.environ["MYSQL_PORT"], self.unique("e2e"))
        self.mysql.create()
        self.addCleanup(self.mysql.drop)
        self.user = f"u{os.getpid()}"
        self.mysql.run("CREATE TABLE numbers (number BIGINT) ENGINE=InnoDB",
                       f"CREATE USER '{self.user}'@'%' IDENTIFIED BY '{CANARY}'",
                       f"GRANT ALL ON `{self.mysql.database}`.* TO '{self.user}'@'%'")
        self.addCleanup(self.mysql.run, f"DROP USER '{self.user}'@'%'")
        self.app = self.unique("secrets")
        self.kafka.create(self.app + "-in", 1)
        self.addCleanup(self.kafka.drop_prefix, self.app)
        self.kafka.produce(self.app + "-in", [(0, None, b'{"number": 1}')])
        self.shown = b""

    def url(self, password=None):
        account = self.user + (f":{password}" if password else "")
        return f"mysql://{account}@127.0.0.1:{self.mysql.port}/{self.mysql.database}"

    def pipeline(self, database):
        return self.write("secrets.yaml", PIPELINE.format(
            app=self.app, brokers=self.kafka.brokers, database=database))

    def say(self, *arguments, environment=None):
        """One command; its output is collected, whatever its exit code."""
        done = subprocess.run([self.binary, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              env={**os.environ, **(environment or {})})
        self.shown += done.stdout
        return done.returncode

    def look_everywhere(self, config, arguments=(), settings=None, environment=None):
        """Runs the worker until its row is stored (so the password was the one that counted)."""
        options = [*arguments]
        for path, value in (settings or {}).items():
            options += ["--set", f"{path}={value}"]
        for command in ("show", "check", "graph"):
            self.assertEqual(self.say(command, "-c", config, *options, environment=environment), 0)
        self.assertEqual(self.say("check", "--connect", "-c", config, *options,
                                  environment=environment), 0)
        worker = self.worker(config, arguments=[*arguments, "--log-level", "debug"],
                             settings=settings, environment=environment)
        worker.start().wait_ready()
        for path in PATHS:
            self.shown += worker.get(path)[1]
        wait_until("the row is stored", lambda: self.mysql.run("SELECT number FROM numbers"), 30)
        self.assertEqual(worker.stop(), 0)
        self.shown += worker.log()
        self.assertEqual(self.mysql.run("SELECT number FROM numbers"), [(1,)])
        self.assert_hidden()

    def assert_hidden(self):
        self.assertTrue(self.shown)
        at = self.shown.find(CANARY.encode())
        self.assertEqual(at, -1, self.shown[max(0, at - 200):at + 50].decode(errors="replace"))

    def test_in_the_url(self):
        self.look_everywhere(self.pipeline(f'{{url: "{self.url(CANARY)}"}}'))

    def test_password(self):
        self.look_everywhere(self.pipeline(f'{{url: "{self.url()}", password: {CANARY}}}'))

    def test_password_file(self):
        path = self.write("password", CANARY + "\n")
        os.chmod(path, 0o600)
        self.look_everywhere(self.pipeline(f'{{url: "{self.url()}", password_file: "{path}"}}'))

    def test_environment(self):
        config = self.pipeline(f'{{url: "{self.url()}", password: "${{SHOP_PASSWORD}}"}}')
        self.look_everywhere(config, environment={"SHOP_PASSWORD": CANARY})

    def test_environment_file(self):
        path = self.write("shop.env", f"SHOP_PASSWORD={CANARY}\n")
        config = self.pipeline(f'{{url: "{self.url()}", password: "${{SHOP_PASSWORD}}"}}')
        self.look_everywhere(config, arguments=["--env-file", path])

    def test_command_line(self):
        self.look_everywhere(self.pipeline(f'{{url: "{self.url()}"}}'),
                             settings={"databases.shop.password": CANARY})

    def test_errors(self):
        """Refused by the server, a wrong scheme, a wrong key beside it, a wrong value in its place."""
        wrong = CANARY + "x"
        refused = self.pipeline(f'{{url: "{self.url(wrong)}"}}')
        self.assertNotEqual(self.say("check", "--connect", "-c", refused), 0)
        self.assertNotEqual(self.say("-c", refused, "--for", "3s", "--http-port", "0",
                                     "--log-level", "debug", "--state-dir", self.folder), 78)
        for broken in (f'{{url: "oracle://u:{CANARY}@127.0.0.1/x"}}',
                       f'{{url: "mysql://u:{CANARY}@127.0.0.1:port/x"}}',
                       f'{{url: "mysql://u:{CANARY}@/x"}}',
                       f'{{url: "{self.url()}", password: {CANARY}, pasword: x}}',
                       f'{{url: "{self.url()}", password: [{CANARY}]}}',
                       f'{{url: "{self.url()}", password: {{is: {CANARY}}}}}',
                       f'{{url: "{self.url()}", password: {CANARY}, password_file: /none}}'):
            self.assertEqual(self.say("check", "-c", self.pipeline(broken)), 78, broken)
        self.assert_hidden()


if __name__ == "__main__":
    case.run(needs=("KAFKA_BROKERS", "MYSQL_PORT"))
