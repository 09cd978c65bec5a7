"""The oracle: three workers of two threads, records all the time, and faults from a seed; at the end
all that came out equals a fold of what went in (oracle/).

    oracle.py EXE [--seed N] [--faults N] [--kinds kill,broker,…] [--brokers N] [--rate N]
    oracle.py EXE --long            200 faults, with 20 seeds

After each fault everything that is there then must be passed within 30 s. A run that fails says its
seed, its schedule, what differs, and where the workers' logs are. On servers of its own.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter

from oracle.faults import Faults
from oracle.fold import Fold
from oracle.outcome import Outcome
from oracle.reader import Reader
from oracle.scene import Scene
from oracle.schedule import schedule
from oracle.watch import STARTED_WITHIN, Watch

LONG_SEEDS, LONG_FAULTS = 20, 10
FINISHED_WITHIN = 90  # seconds


def arguments():
    parser = argparse.ArgumentParser(prog="oracle.py")
    parser.add_argument("executable")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--faults", type=int, default=7)
    parser.add_argument("--kinds", help="by commas; default: all")
    parser.add_argument("--brokers", type=int, default=3)
    parser.add_argument("--rate", type=int, default=400, help="records per second")
    parser.add_argument("--long", action="store_true")
    return parser.parse_args()


class Run:
    def __init__(self, options, seed):
        self.options, self.seed = options, seed
        self.chance = random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="oracle-")
        os.chmod(self.folder, 0o755)
        kinds = options.kinds.split(",") if options.kinds else Faults.kinds()
        self.scene = Scene(os.path.abspath(options.executable), self.folder, self.chance,
                           options.brokers, options.rate)
        self.schedule = schedule(kinds, options.faults, self.chance)
        self.began = time.monotonic()
        self.failures, self.watch, self.reader = [], None, None

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def run(self):
        """True: everything is as it must be."""
        print(f"seed {self.seed}: {self.scene.describe()}", flush=True)
        try:
            self.scene.start()
            self.watch = Watch(self.scene)
            self.reader = Reader(self.scene.workers, self.began)
            self.scene.closing += [self.watch.close, self.reader.close]
            self.do_faults()
            self.finish()
        except AssertionError as failure:
            self.failures.append(str(failure))
        except Exception:  # the test's own, perhaps: it is to be told with the rest
            self.failures.append(traceback.format_exc())
        finally:
            self.scene.close()
        self.report()
        if not self.failures:
            shutil.rmtree(self.folder, ignore_errors=True)
        return not self.failures

    def do_faults(self):
        self.say(f"started; {self.watch.wait_passed('the start', seconds=STARTED_WITHIN)}")
        faults = Faults(self.scene, self.watch)
        thirds = [len(self.schedule) * third // 3 for third in (1, 2, 3)]
        for done, fault in enumerate(self.schedule, 1):
            time.sleep(self.chance.uniform(0.2, 2))
            fault.at = time.monotonic() - self.began
            self.watch.during = fault.kind
            remark = faults.run(fault)
            over = time.monotonic() - self.began
            passed = self.watch.wait_passed(fault.kind)
            self.say(f"{fault.kind}{f' ({remark})' if remark else ''}: {over - fault.at:.1f} s; {passed}")
            if done in thirds:
                self.say(self.watch.measure())
                self.failures += self.watch.growth()

    def finish(self):
        self.watch.during = None
        self.scene.feeder.end()
        self.scene.check_running()
        fold = Fold(f"{self.scene.app}-in", self.scene.kafka.read(f"{self.scene.app}-in"))
        outcome = Outcome(self.scene, fold)
        outcome.check_input(self.scene.input.next)
        for wait in (lambda: self.watch.wait_passed("the end of the input"),
                     lambda: self.scene.wait_told(fold, FINISHED_WITHIN)):
            try:
                wait()
            except AssertionError as failure:
                self.failures.append(str(failure))
        outcome.check_answers(self.scene.workers)
        outcome.check_routed(self.scene.workers)
        outcome.differ("rows that were older than what had been shown", self.reader.stale)
        outcome.check_positions()
        for worker in self.scene.workers:
            code = worker.stop(30)
            if code != 0:
                self.failures.append(f"{worker.name} was asked to stop and ended with {code}")
        outcome.check_topics()
        outcome.check_changelogs()
        outcome.check_database()
        outcome.check_copies()
        self.failures += outcome.differences

    def report(self):
        kinds = Counter(fault.kind for fault in self.schedule if fault.at is not None)
        longest = f"{self.watch.longest:.1f} s ({self.watch.longest_where})" if self.watch else "-"
        print(f"seed {self.seed}: {sum(kinds.values())} faults "
              f"({', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}), "
              f"{self.scene.input.next} records, {self.reader.answers if self.reader else 0} rows "
              f"shown meanwhile, {time.monotonic() - self.began:.0f} s, longest "
              f"without progress {longest}: {'FAILED' if self.failures else 'ok'}", flush=True)
        if self.failures:
            print("\n".join(["schedule:", *map(str, self.schedule), *self.failures,
                             f"the workers' logs: {self.folder}/worker*.log"]), flush=True)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whatever was started ends with it
    seeds = [options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)]
    if options.long:
        options.faults = LONG_FAULTS
        seeds = [seeds[0] + number for number in range(LONG_SEEDS)]
    failed = [seed for seed in seeds if not Run(options, seed).run()]
    if len(seeds) > 1:
        print(f"{len(seeds)} seeds, {len(seeds) * options.faults} faults: "
              f"{f'failed: {failed}' if failed else 'ok'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
