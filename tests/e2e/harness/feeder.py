"""Produces in a thread of its own, until its records end."""

import threading


class Feeder:
    """`records` as Kafka.produce takes them, at a rate and with an end of their own."""

    def __init__(self, kafka, topic, records):
        self.kafka, self.topic, self.records = kafka, topic, records
        self.error = None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            self.kafka.produce(self.topic, self.records)
        except Exception as error:  # shown by `end`, in the test's own thread
            self.error = error

    def end(self):
        """Waits for the last; whoever paces the records has told them to end."""
        self.thread.join()
        if self.error is not None:
            raise self.error
