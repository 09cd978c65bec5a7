"""A worker's process as a test sees it: started, asked over HTTP, stopped, killed, suspended."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request

from .metrics import Metrics
from .waiting import wait_until

WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LISTENS = re.compile(rb"http://127\.0\.0\.1:(\d+)")


class Worker:
    """One process. Its log, both streams, goes to `<folder>/<name>.log`; restarts append to it.

    `settings` become `--set path=value`, `environment` is added to this process's own.
    """

    def __init__(self, binary, config, folder, *, name="worker", state=None, settings=None,
                 environment=None, arguments=()):
        self.binary = os.path.abspath(binary)
        self.config = config
        self.folder = str(folder)
        self.name = name
        self.state = state or os.path.join(self.folder, "state")
        self.settings = dict(settings or {})
        self.environment = dict(environment or {})
        self.arguments = list(arguments)
        self.log_path = os.path.join(self.folder, name + ".log")
        self.process = None
        self.log_start = 0  # where the log of the running process begins
        self.known_port = None

    def command(self):
        line = [self.binary, "-c", str(self.config), "--http-port", "0", "--state-dir", self.state]
        for path, value in self.settings.items():
            line += ["--set", f"{path}={value}"]
        return line + self.arguments

    def start(self):
        assert not self.running(), f"{self.name} runs already"
        self.known_port = None
        self.log_start = os.path.getsize(self.log_path) if os.path.exists(self.log_path) else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT,
                                            env={**os.environ, **self.environment})
        return self

    def running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self):
        return self.process.pid

    # How it ends.

    def ask_to_stop(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds):
        """The exit code; a process that takes longer is killed and fails the test."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {seconds} s\n{self.tail()}")

    def stop(self, seconds=20):
        self.ask_to_stop()
        return self.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def suspend(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        """For the end of a test: whatever state it is in, it is gone afterwards."""
        if self.running():
            self.resume()
            self.kill()

    # What it says.

    def log(self):
        """Everything since the first start, as bytes."""
        if not os.path.exists(self.log_path):
            return b""
        with open(self.log_path, "rb") as log:
            return log.read()

    def tail(self, lines=30):
        return "\n".join(self.log().decode(errors="replace").splitlines()[-lines:])

    def port(self, seconds=30):
        """Where it listens, from its banner."""
        if self.known_port is None:
            self.known_port = wait_until(lambda: f"{self.name} says where it listens\n{self.tail()}",
                                         self.port_in_log, seconds, 0.01)
        return self.known_port

    def port_in_log(self):
        match = LISTENS.search(self.log()[self.log_start:])
        if match:
            return int(match.group(1))
        assert self.running(), f"{self.name} ended: {self.process.returncode}\n{self.tail()}"
        return None

    def ports(self):
        """Its own of its connections."""
        own = set()
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                own.add(os.readlink(f"/proc/{self.pid}/fd/{name}"))
            except OSError:  # closed meanwhile
                pass
        with open("/proc/net/tcp", encoding="ascii") as file:
            lines = [line.split() for line in list(file)[1:]]
        return {int(line[1].split(":")[1], 16) for line in lines if f"socket:[{line[9]}]" in own}

    def get(self, path, seconds=5):
        """(status, body). Raises OSError when nobody answers."""
        url = f"http://127.0.0.1:{self.port()}{path}"
        try:
            with WITHOUT_PROXY.open(url, timeout=seconds) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def get_json(self, path):
        return json.loads(self.get(path)[1])

    def metrics(self):
        return Metrics(self.get("/metrics")[1].decode())

    def ready(self):
        try:
            return self.get("/health/ready")[0] == 200
        except OSError:
            assert self.running(), f"{self.name} ended: {self.process.returncode}\n{self.tail()}"
            return False

    def wait_ready(self, seconds=40):
        wait_until(lambda: f"{self.name} is ready\n{self.tail()}", self.ready, seconds)
        return self
