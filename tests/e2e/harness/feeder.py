"""Produces in a thread of its own, until it is told to end."""

import threading


class Feeder:
    """`records(ended)` yields what Kafka.produce takes, at a rate of its own, until `ended` is set
    (and then perhaps a few more)."""

    def __init__(self, kafka, topic, records):
        self.kafka, self.topic, self.records = kafka, topic, records
        self.ended = threading.Event()
        self.error = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            self.kafka.produce(self.topic, self.records(self.ended))
        except Exception as error:  # shown by `end`, in the test's own thread
            self.error = error

    def end(self):
        """Returns when Kafka has them all."""
        self.ended.set()
        self.thread.join()
        if self.error is not None:
            raise self.error
