"""Kafka as an independent client sees it (confluent-kafka)."""

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from .waiting import wait_until


class Kafka:
    def __init__(self, brokers, **more):
        """`more`: properties of all clients."""
        self.brokers, self.more = brokers, more
        self.common = {"bootstrap.servers": brokers, **more}
        self.admin = AdminClient(self.common)

    def topics(self):
        return set(self.admin.list_topics(timeout=10).topics)

    def partitions(self, topic):
        return len(self.admin.list_topics(topic, timeout=10).topics[topic].partitions)

    def create(self, topic, partitions=4, replication=1, **config):
        """Records stay: a broker looks every few minutes, and the tests' event times are old."""
        config = {"retention.ms": "-1",
                  **{name.replace("_", "."): value for name, value in config.items()}}
        made = self.admin.create_topics([NewTopic(topic, partitions, replication, config=config)])
        made[topic].result(30)
        wait_until(f"topic {topic} is known", lambda: topic in self.topics(), 10)

    def drop(self, *topics):
        """Deletes them; those that do not exist are fine."""
        present = [topic for topic in topics if topic in self.topics()]
        for topic, done in self.admin.delete_topics(present).items() if present else ():
            done.result(30)
            wait_until(f"topic {topic} is gone", lambda name=topic: name not in self.topics(), 30)

    def drop_prefix(self, prefix):
        self.drop(*[topic for topic in self.topics() if topic.startswith(prefix)])

    def produce(self, topic, records):
        """`records`: (partition, key, value) and perhaps the timestamp in ms, else now; key and value
        are bytes or None. A partition of None: as librdkafka's default partitioner, by CRC32."""
        failed = []
        producer = Producer({**self.common, "linger.ms": 20,
                             "compression.type": "lz4", "enable.idempotence": True,
                             "queue.buffering.max.messages": 1000000})

        def delivered(error, _message):
            if error is not None:
                failed.append(error)

        for partition, key, value, *time in records:
            where = {} if partition is None else {"partition": partition}
            while True:
                try:
                    producer.produce(topic, value, key, on_delivery=delivered,
                                     timestamp=time[0] if time else 0, **where)
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
        left = producer.flush(60)
        assert not failed and not left, f"{left} records were not produced, {failed[:3]}"

    def consumer(self, group="observer", isolation="read_committed", **more):
        return Consumer({**self.common, "group.id": group,
                         "isolation.level": isolation, "enable.auto.commit": False,
                         "auto.offset.reset": "earliest", "enable.partition.eof": True,
                         "queued.min.messages": 1000000, **more})

    def read(self, topic, isolation="read_committed"):
        """All that is there now: {partition: [message]}, in the order of the offsets."""
        found = {partition: [] for partition in range(self.partitions(topic))}
        consumer = self.consumer(isolation=isolation)
        try:
            consumer.assign([TopicPartition(topic, partition, 0) for partition in found])
            unfinished = set(found)
            while unfinished:
                messages = consumer.consume(10000, 0.1)
                for message in messages:
                    if message.error() is None:
                        found[message.partition()].append(message)
                    elif message.error().name() == "_PARTITION_EOF":
                        unfinished.discard(message.partition())
                    else:
                        raise KafkaException(message.error())
        finally:
            consumer.close()
        return found

    def ends(self, topic, isolation="read_uncommitted"):
        """{partition: end offset}; uncommitted: behind control records too."""
        consumer = self.consumer(isolation=isolation)
        try:
            return {partition: consumer.get_watermark_offsets(
                        TopicPartition(topic, partition), timeout=10)[1]
                    for partition in range(self.partitions(topic))}
        finally:
            consumer.close()

    def committed(self, group, topic):
        """{partition: the group's offset}; a partition without one is 0."""
        offsets = GroupOffsets(self, group, topic)
        try:
            return offsets.read()
        finally:
            offsets.consumer.close()


class GroupOffsets:
    """A group's committed offsets of a topic, asked repeatedly over one connection."""

    def __init__(self, kafka, group, topic):
        self.consumer = kafka.consumer(group, "read_uncommitted")
        self.wanted = [TopicPartition(topic, partition)
                       for partition in range(kafka.partitions(topic))]

    def read(self):
        return {found.partition: max(found.offset, 0)
                for found in self.consumer.committed(self.wanted, timeout=10)}
