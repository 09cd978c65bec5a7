"""Reads Prometheus' text format."""

import re

SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    def __init__(self, text):
        self.samples = []
        for line in text.splitlines():
            match = SAMPLE.match(line)
            if match:
                labels = dict(LABEL.findall(match.group(2) or ""))
                self.samples.append((match.group(1), labels, float(match.group(3))))

    def select(self, name, **labels):
        """The samples of this name that carry at least these labels: [(labels, value)]."""
        return [(found, value) for sample, found, value in self.samples
                if sample == name and labels.items() <= found.items()]

    def total(self, name, **labels):
        """Their sum; 0 when there are none."""
        return sum(value for _, value in self.select(name, **labels))
