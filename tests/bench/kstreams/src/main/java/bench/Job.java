package bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What the jobs share: exactly once, one thread, JSON by Jackson, and the conversation with bench.py:
 * "first" when the first record is in the topology, "done" when all were and close() has returned (so
 * everything is produced and committed); the program ends when its standard input does.
 */
final class Job {
  /** What comes in; Jackson fills the public fields. */
  public static final class Bid {
    public long auction;
    public long bidder;
    public long price;
    public String channel;
    public String url;
    public long date_time;
    public String extra;
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicLong seen = new AtomicLong();
  private final CountDownLatch all = new CountDownLatch(1);
  private final long wanted;

  Job(long wanted) {
    this.wanted = wanted;
  }

  static <T> Serde<T> json(Class<T> type) {
    ObjectReader reader = JSON.readerFor(type);
    ObjectWriter writer = JSON.writerFor(type);
    return Serdes.serdeFrom(
        (topic, value) -> {
          try {
            return writer.writeValueAsBytes(value);
          } catch (JsonProcessingException error) {
            throw new UncheckedIOException(error);
          }
        },
        (topic, bytes) -> {
          try {
            return reader.readValue(bytes);
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        });
  }

  static Properties settings(String brokers, String app, String state, String commitMs) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, app);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Long.parseLong(commitMs));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return settings;
  }

  static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      continue;
    }
  }

  /** One record entered the topology. */
  void count() {
    long count = seen.incrementAndGet();
    if (count == 1) {
      say("first");
    }
    if (count == wanted) {
      all.countDown();
    }
  }

  void run(StreamsBuilder builder, Properties settings) throws Exception {
    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    streams.start();
    all.await();
    streams.close(Duration.ofSeconds(60));
    say("done");
    awaitEndOfInput();
  }
}
