"""Which faults a seed brings, in which order."""

from dataclasses import dataclass

AWAY = (0.5, 6)  # seconds


@dataclass
class Fault:
    kind: str
    worker: int       # which one, or which broker
    seconds: float    # how long something is away
    seed: int         # of what else is chosen
    at: float = None  # seconds since the start

    def __str__(self):
        began = "        " if self.at is None else f"{self.at:6.1f} s"
        return f"{began} {self.kind} (worker {self.worker + 1}, {self.seconds:.1f} s, {self.seed})"


def schedule(kinds, count, chance):
    """Each kind once before any comes again."""
    order = []
    while len(order) < count:
        order += chance.sample(kinds, len(kinds))
    return [Fault(kind, chance.randrange(3), chance.uniform(*AWAY), chance.randrange(10**6))
            for kind in order[:count]]
