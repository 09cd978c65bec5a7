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
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The filter_map job as an author of Kafka Streams applications writes it, exactly once.
 *
 * <p>Arguments: brokers in out app records state commitMs. Prints "first" when the first record is in
 * the topology and "done" when all were and close() has returned (so everything is produced and
 * committed); ends when its standard input does.
 */
public final class FilterMap {
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

  /** What goes out. */
  public static final class Priced {
    public final long auction;
    public final long bidder;
    public final double price;
    public final long date_time;

    Priced(Bid bid) {
      auction = bid.auction;
      bidder = bid.bidder;
      price = bid.price * 0.908;
      date_time = bid.date_time;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private static <T> Serde<T> json(Class<T> type) {
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

  private static Properties settings(String[] args) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[3]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, args[5]);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Long.parseLong(args[6]));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return settings;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  public static void main(String[] args) throws Exception {
    long wanted = Long.parseLong(args[4]);
    AtomicLong seen = new AtomicLong();
    CountDownLatch all = new CountDownLatch(1);

    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(args[1], Consumed.with(Serdes.String(), json(Bid.class)))
        .peek((key, bid) -> {
          long count = seen.incrementAndGet();
          if (count == 1) {
            say("first");
          }
          if (count == wanted) {
            all.countDown();
          }
        })
        .filter((key, bid) -> bid.price > 5000)
        .mapValues(bid -> new Priced(bid))
        .to(args[2], Produced.with(Serdes.String(), json(Priced.class)));

    KafkaStreams streams = new KafkaStreams(builder.build(), settings(args));
    streams.start();
    all.await();
    streams.close(Duration.ofSeconds(60));
    say("done");
    while (System.in.read() >= 0) {
      continue;
    }
  }
}
