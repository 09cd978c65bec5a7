"""The faults, one method a kind. A fault returns when it is over: what was away
was started again, and from then on everything must move again (watch.py waits for it)."""

import os
import random
import shutil
import signal
import subprocess
import time

from harness.proxy import CUT_AFTER, CUT_BEFORE, HELD

# In seconds. The session timeout is 10.
SUSPENDED = (11, 15)
FENCED = 7  # a broker that does not answer (scene.MORE)
KILL_POINT_WITHIN = 15
# Not drawn, but done with --kinds: what waits 10 s for an answer, and then joins a group that knows
# it by another name for 10 s, has little of 30 s left.
ASKED_FOR = ("broker_silent",)
# Killed at the n-th of its kind, at most.
SYSCALLS = {"write": 300, "sendmsg": 100, "pwrite64": 60, "fdatasync": 8}


class Faults:
    def __init__(self, scene, watch):
        self.scene, self.watch = scene, watch

    @classmethod
    def kinds(cls):
        return [name for name in vars(cls)
                if not name.startswith("_") and name not in ("kinds", "run", *ASKED_FOR)]

    def run(self, fault):
        """A remark for the protocol, or None."""
        self.chance = random.Random(fault.seed)
        return getattr(self, fault.kind)(self.scene.workers[fault.worker], fault)

    def kill(self, worker, _fault):
        worker.kill()
        worker.start()

    def kill_late(self, worker, fault):
        worker.kill()
        time.sleep(fault.seconds * self.chance.choice((1, 1, 3)))
        worker.start()

    def kill_two(self, worker, fault):
        """The second while the others still share out what the first had."""
        other = self._other(worker)
        worker.kill()
        worker.start()
        time.sleep(self.chance.uniform(0, 3))
        other.kill()
        time.sleep(self.chance.choice((0, fault.seconds)))
        other.start()

    def kill_all(self, _worker, fault):
        for worker in self.scene.workers:
            worker.kill()
        time.sleep(self.chance.choice((0, fault.seconds)))
        self._start(*self.scene.workers)

    def suspend(self, worker, _fault):
        worker.suspend()
        time.sleep(self.chance.uniform(*SUSPENDED))
        worker.resume()

    def suspend_and_kill(self, worker, _fault):
        """Another one dies while this one sleeps, and is back before it wakes up."""
        other = self._other(worker)
        worker.suspend()
        time.sleep(self.chance.uniform(0, 8))
        other.kill()
        other.start()
        time.sleep(self.chance.uniform(4, 12))
        worker.resume()

    def cut_off(self, worker, _fault):
        """From Kafka alone, for longer than its session: it goes on writing to the database."""
        cut = self.scene.kafka_proxy.cut_off(worker)
        time.sleep(self.chance.uniform(*SUSPENDED))
        self.scene.kafka_proxy.let_in()
        return f"{cut} connections"

    def restart(self, worker, fault):
        self._stop(worker)
        time.sleep(self.chance.choice((0, fault.seconds)))
        worker.start()

    def stop_early(self, worker, _fault):
        """While it starts, joins, restores; and another one leaves and comes meanwhile."""
        worker.kill()
        for one in (worker, worker, self._other(worker)):
            if one.running():
                self._stop(one)
            one.start()
            time.sleep(self.chance.uniform(0.3, 4))
        self._stop(worker)
        worker.start()

    def restart_two(self, worker, _fault):
        """The second leaves while the first comes back."""
        other = self._other(worker)
        self._stop(worker)
        worker.start()
        time.sleep(self.chance.uniform(0, 3))
        self._stop(other)
        other.start()

    def scale(self, worker, fault):
        """3 → 1 → 3: one leaves, one dies, the last takes over all."""
        others = [one for one in self.scene.workers if one is not worker]
        self.chance.shuffle(others)
        self._stop(others[0])
        others[1].kill()
        time.sleep(fault.seconds)
        self.watch.wait_passed("one worker was left", running=[worker])
        self._start(*others)

    def state_lost(self, worker, _fault):
        """Half of the times once more while it comes back from the changelogs."""
        lost = [one for one in self.scene.workers if one.state == worker.state]
        for one in lost:
            one.kill()
        shutil.rmtree(worker.state)
        self._start(*lost)
        if self.chance.random() < 0.5:
            time.sleep(self.chance.uniform(0.2, 4))
            for one in lost:
                one.kill()
            self._start(*lost)

    def broker(self, _worker, fault):
        node = str(fault.worker % self.scene.brokers + 1)
        self.scene.stack.call("kafka.sh", "kill", node)
        if self.scene.brokers > 1 and self.chance.random() < 0.5:
            self.watch.wait_passed(f"broker {node} was killed")  # the others go on without it
        else:
            time.sleep(fault.seconds)
        self.scene.stack.call("kafka.sh", "start", node)
        return f"broker {node}"

    def broker_silent(self, _worker, fault):
        """It keeps its connections and answers nobody; the others go on without it."""
        node = f"kafka-{fault.worker % self.scene.brokers + 1}"
        self.scene.stack.signal(node, signal.SIGSTOP)
        try:
            time.sleep(FENCED)
            if self.scene.brokers > 1:
                self.watch.wait_passed(f"{node} was fenced for its silence")
        finally:
            self.scene.stack.signal(node, signal.SIGCONT)
        return node

    def brokers(self, _worker, fault):
        """All of them."""
        self.scene.stack.call("kafka.sh", "kill")
        time.sleep(fault.seconds)
        self.scene.stack.call("kafka.sh", "start")

    def broker_and_worker(self, worker, fault):
        node = str(fault.worker % self.scene.brokers + 1)
        self.scene.stack.call("kafka.sh", "kill", node)
        time.sleep(self.chance.uniform(0, 3))
        worker.kill()
        worker.start()
        time.sleep(fault.seconds / 2)
        self.scene.stack.call("kafka.sh", "start", node)
        return f"broker {node}"

    def database(self, _worker, fault):
        how = self.chance.choice(("stop", "kill"))
        self.scene.stack.call("mariadb.sh", how)
        time.sleep(fault.seconds)
        self.scene.stack.call("mariadb.sh", "start")
        return how

    def connections(self, _worker, _fault):
        cut = 0
        for _ in range(self.chance.randrange(1, 4)):
            cut += self.scene.kafka_proxy.cut_all() + self.scene.mysql_proxy.cut_all()
            time.sleep(self.chance.uniform(0, 1))
        return f"{cut} connections"

    def end_txn_cut_before(self, _worker, _fault):
        return self._cut(self.scene.kafka_proxy, CUT_BEFORE)

    def end_txn_cut_after(self, _worker, _fault):
        return self._cut(self.scene.kafka_proxy, CUT_AFTER)

    def commit_cut_before(self, _worker, _fault):
        return self._cut(self.scene.mysql_proxy, CUT_BEFORE)

    def commit_cut_after(self, _worker, _fault):
        return self._cut(self.scene.mysql_proxy, CUT_AFTER)

    def storm(self, _worker, _fault):
        """One thing after the other, whatever state they find the workers in."""
        for _ in range(8):
            worker = self.chance.choice(self.scene.workers)
            action = self.chance.choice(("kill", "suspend", "connections", "database"))
            if action == "kill":
                worker.kill()
                worker.start()
            elif action == "suspend":
                worker.suspend()
                time.sleep(self.chance.uniform(0, 2))
                worker.resume()
            elif action == "connections":
                self.scene.kafka_proxy.cut_all()
            else:
                self.scene.mysql_proxy.cut_all()
            time.sleep(self.chance.uniform(0, 2))

    def end_txn_held(self, worker, fault):
        return self._hold(self.scene.kafka_proxy, worker, fault)

    def commit_held(self, worker, fault):
        return self._hold(self.scene.mysql_proxy, worker, fault)

    def kill_at_system_call(self, worker, _fault):
        """By strace, at the n-th of its kind in one thread; else when it takes too long, or at once
        where strace is not allowed to."""
        call = self.chance.choice(list(SYSCALLS))
        count = self.chance.randrange(1, SYSCALLS[call] + 1)
        starting = call == "fdatasync" or self.chance.random() < 0.3  # RocksDB opens what it has
        if starting:
            worker.kill()
            worker.start()
        how = self._kill_at(worker, call, count)
        worker.start()
        return f"{'while it starts, ' if starting else ''}{call} {count}: {how}"

    # What they share.

    def _kill_at(self, worker, call, count):
        """How that went; killed in the end, by one or the other."""
        trace = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", os.devnull, "-p", str(worker.pid), "-e", f"trace={call}",
             "-e", f"inject={call}:signal=KILL:when={count}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + KILL_POINT_WITHIN
        while worker.running() and trace.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.05)  # strace may end with what it traces, a moment before
        hit = not worker.running()
        ended = trace.poll()
        trace.terminate()
        said = trace.communicate()[1].decode().strip()
        if hit:
            assert worker.process.returncode == -signal.SIGKILL, worker.tail()
            return "hit"
        worker.kill()
        return "not met" if ended is None else f"strace may not: {said}"

    def _other(self, worker):
        return self.chance.choice([one for one in self.scene.workers if one is not worker])

    def _hold(self, proxy, worker, fault):
        """Commits are on their way for a while, and reach the server when their worker is dead and
        others may have its partitions."""
        proxy.cut(HELD, self.chance.randrange(1, 5))
        how = self.chance.choice(("killed", "killed", "all killed", "running"))
        for one in self.scene.workers:
            if how == "all killed" or (how == "killed" and one is worker):
                one.kill()
        time.sleep(self.chance.choice((0, fault.seconds)))
        self._start(*[one for one in self.scene.workers if not one.running()])
        return how

    def _cut(self, proxy, where):
        times = self.chance.randrange(1, 7)
        proxy.cut(where, times)
        return f"{times} times"

    def _stop(self, worker):
        code = worker.stop(30)
        assert code == 0, f"{worker.name} was asked to stop and ended with {code}\n{worker.tail()}"

    def _start(self, *workers):
        for worker in workers:
            worker.start()
