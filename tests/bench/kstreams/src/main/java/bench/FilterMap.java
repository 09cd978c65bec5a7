package bench;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The filter_map job as an author of Kafka Streams applications writes it.
 *
 * <p>Arguments: brokers in out app records state commitMs.
 */
public final class FilterMap {
  /** What goes out. */
  public static final class Priced {
    public final long auction;
    public final long bidder;
    public final double price;
    public final long date_time;

    Priced(Job.Bid bid) {
      auction = bid.auction;
      bidder = bid.bidder;
      price = bid.price * 0.908;
      date_time = bid.date_time;
    }
  }

  public static void main(String[] args) throws Exception {
    Job job = new Job(Long.parseLong(args[4]));
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(args[1], Consumed.with(Serdes.String(), Job.json(Job.Bid.class)))
        .peek((key, bid) -> job.count())
        .filter((key, bid) -> bid.price > 5000)
        .mapValues(bid -> new Priced(bid))
        .to(args[2], Produced.with(Serdes.String(), Job.json(Priced.class)));
    job.run(builder, Job.settings(args[0], args[3], args[5], args[6]));
  }
}
