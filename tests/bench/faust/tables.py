"""keyed_aggregate, tumbling and hopping as a Faust application: plain dicts, RocksDB (rocksdict).

Environment: JOB, BROKERS, IN, APP, RECORDS, STATE. Says "first" at the first record and "done" when
all were taken, the changelog is flushed and the positions are committed; ends when its input does.
"""

import os
import sys

import faust

JOB = os.environ["JOB"]
RECORDS = int(os.environ["RECORDS"])

app = faust.App(
    os.environ["APP"],
    broker="aiokafka://" + os.environ["BROKERS"],
    store="rocksdb://",
    datadir=os.environ["STATE"],
    topic_partitions=4,
    topic_replication_factor=1,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    broker_commit_interval=1.0,
    broker_max_poll_records=1000,
    stream_wait_empty=False,
    producer_compression_type="lz4",
    producer_linger_ms=20,
)
bids = app.topic(os.environ["IN"], key_type=str, value_type=None, value_serializer="json")
bidders = app.Table("bidders", partitions=4, key_type=str, default=list,
                    options={"driver": "rocksdict"})
if JOB == "tumbling":
    bidders = bidders.tumbling(10.0, expires=60.0).relative_to_stream()
elif JOB == "hopping":
    bidders = bidders.hopping(10.0, 2.0, expires=60.0).relative_to_stream()


def say(line):
    os.write(1, (line + "\n").encode())  # print() would become a line of the log


def fold(figures, price):
    if not figures:
        return [1, price, price, price]
    return [figures[0] + 1, figures[1] + price, min(figures[2], price), max(figures[3], price)]


@app.agent(bids)
async def aggregate(stream):
    seen = 0
    async for event in stream.events():
        if seen == 0:
            say("first")
        price = event.value["price"]
        if JOB == "keyed_aggregate":
            bidders[event.key] = fold(bidders[event.key], price)
        else:
            bidders[event.key].apply(fold, price, event)
        seen += 1
        if seen == RECORDS:
            await app.producer.flush()
            await app.consumer.commit()
            say("done")
            sys.stdin.read()
            os._exit(0)


if __name__ == "__main__":
    app.main()
