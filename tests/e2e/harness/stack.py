"""Servers of a test's own, which it may stop and start again (tests/stack)."""

import os
import subprocess

from .case import TOP

SCRIPTS = os.path.join(TOP, "tests", "stack")


class Stack:
    def __init__(self, folder):
        self.folder = folder

    def start(self, *servers):
        self.call("stack.sh", "start", *(servers or ("kafka", "mariadb")))
        return self.environment()

    def start_brokers(self, count, *options):
        self.call("kafka.sh", "start", "--brokers", str(count), *options)
        return self.environment()

    def environment(self):
        with open(os.path.join(self.folder, "env"), encoding="utf-8") as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file)

    def stop(self):
        self.call("stack.sh", "stop")

    def signal(self, server, number):
        """To a server's process, by the name of its pid file: mariadb, kafka-1."""
        with open(os.path.join(self.folder, server + ".pid"), encoding="ascii") as file:
            os.kill(int(file.read().split()[0]), number)

    def call(self, script, command, *arguments):
        """For instance call("mariadb.sh", "stop")."""
        done = subprocess.run([os.path.join(SCRIPTS, script), command, self.folder, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, f"{script} {command}: {done.stderr}"
