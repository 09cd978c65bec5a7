"""Reads a topic while it is written, since the worker deletes what its readers have passed."""

import threading

from confluent_kafka import TopicPartition

from .waiting import wait_until

# Comes and goes with the broker; the consumer goes on by itself.
PASSING = {"_ALL_BROKERS_DOWN", "_TRANSPORT", "_RESOLVE", "NOT_LEADER_FOR_PARTITION",
           "UNKNOWN_TOPIC_OR_PART", "LEADER_NOT_AVAILABLE", "_TIMED_OUT"}


class Observer:
    """Takes all committed records of a topic from the first on, in a thread of its own, which waits
    for the topic. `messages`: {partition: [message]}, in the order of the offsets."""

    def __init__(self, kafka, topic):
        self.kafka, self.topic = kafka, topic
        self.messages = {}
        self.read_to = {}  # offset of the end, each time that one was reached
        self.error = None
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        # When the broker is back it must be here at once: the worker is, and deletes what it has
        # passed. librdkafka may wait for ten seconds.
        consumer = self.kafka.consumer(f"observer-{self.topic}", **{
            "auto.offset.reset": "error", "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 100})
        try:
            while not self.closing.is_set() and self.topic not in self.kafka.topics():
                self.closing.wait(0.05)
            if not self.closing.is_set():
                self.observe(consumer)
        except Exception as error:  # shown by whoever waits, in the test's own thread
            self.error = error
        finally:
            consumer.close()

    def observe(self, consumer):
        partitions = range(self.kafka.partitions(self.topic))
        self.messages = {partition: [] for partition in partitions}
        consumer.assign([TopicPartition(self.topic, partition, 0) for partition in partitions])
        while not self.closing.is_set():
            for message in consumer.consume(10000, 0.1):
                if message.error() is None:
                    self.messages[message.partition()].append(message)
                elif message.error().name() == "_PARTITION_EOF":
                    self.read_to[message.partition()] = message.offset()
                elif message.error().name() not in PASSING:
                    raise AssertionError(f"{self.topic}: {message.error()}")

    def wait_end(self, seconds=30):
        """Until everything that is committed now was read."""
        ends = self.kafka.ends(self.topic, "read_committed")

        def at_end():
            if self.error is not None:
                raise self.error
            return all(self.read_to.get(partition, -1) >= end for partition, end in ends.items())

        wait_until(lambda: f"{self.topic} is read to {ends}, it is at {self.read_to}", at_end, seconds)
        return self.messages

    def close(self):
        self.closing.set()
        self.thread.join()
