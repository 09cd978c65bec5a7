package bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * keyed_aggregate, tumbling and hopping: count, sum, min and max of the price for each bidder, kept
 * as 32 bytes. Windows are kept for a minute behind their end, as the worker's are.
 *
 * <p>Arguments: job brokers in app records state commitMs.
 */
public final class Tables {
  static final class Figures {
    private final long count;
    private final long sum;
    private final long min;
    private final long max;

    Figures(long count, long sum, long min, long max) {
      this.count = count;
      this.sum = sum;
      this.min = min;
      this.max = max;
    }

    static Figures none() {
      return new Figures(0, 0, Long.MAX_VALUE, Long.MIN_VALUE);
    }

    Figures with(long price) {
      return new Figures(count + 1, sum + price, Math.min(min, price), Math.max(max, price));
    }
  }

  private static Serde<Figures> figures() {
    return Serdes.serdeFrom(
        (topic, one) ->
            ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(one.count)
                .putLong(one.sum)
                .putLong(one.min)
                .putLong(one.max)
                .array(),
        (topic, bytes) -> {
          if (bytes == null) {
            return null;
          }
          ByteBuffer from = ByteBuffer.wrap(bytes);
          return new Figures(from.getLong(), from.getLong(), from.getLong(), from.getLong());
        });
  }

  private static TimeWindows windows(String job) {
    TimeWindows tumbling = TimeWindows.ofSizeWithNoGrace(Duration.ofSeconds(10));
    return job.equals("hopping") ? tumbling.advanceBy(Duration.ofSeconds(2)) : tumbling;
  }

  /** The topology of a job; each record that enters it is counted. */
  static StreamsBuilder build(String job, String topic, Runnable counted) {
    Serde<Job.Bid> bids = Job.json(Job.Bid.class);
    StreamsBuilder builder = new StreamsBuilder();
    KGroupedStream<String, Job.Bid> grouped =
        builder.stream(topic, Consumed.with(Serdes.String(), bids))
            .peek((key, bid) -> counted.run())
            .groupByKey(Grouped.with(Serdes.String(), bids));
    if (job.equals("keyed_aggregate")) {
      grouped.aggregate(
          Figures::none,
          (key, bid, so_far) -> so_far.with(bid.price),
          Materialized.<String, Figures, KeyValueStore<Bytes, byte[]>>as("bidders")
              .withKeySerde(Serdes.String())
              .withValueSerde(figures()));
      return builder;
    }
    // The changelog's records have the event times of the past: the broker would delete them.
    grouped.windowedBy(windows(job))
        .aggregate(
            Figures::none,
            (key, bid, so_far) -> so_far.with(bid.price),
            Materialized.<String, Figures, WindowStore<Bytes, byte[]>>as("bidders")
                .withKeySerde(Serdes.String())
                .withValueSerde(figures())
                .withRetention(Duration.ofSeconds(70))
                .withLoggingEnabled(Map.of("retention.ms", "-1")));
    return builder;
  }

  public static void main(String[] args) throws Exception {
    Job job = new Job(Long.parseLong(args[4]));
    job.run(
        build(args[0], args[2], job::count), Job.settings(args[1], args[3], args[5], args[6]));
  }
}
