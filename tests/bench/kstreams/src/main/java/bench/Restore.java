package bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Starts keyed_aggregate with an empty state folder: "first" when the first row is about to be
 * restored, "done" when the last one was, then "rows N"; nothing is processed.
 *
 * <p>Arguments: brokers in app state.
 */
public final class Restore {
  private static final class Listener implements StateRestoreListener {
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();

    @Override
    public void onRestoreStart(TopicPartition at, String store, long from, long to) {
      if (begun.incrementAndGet() == 1) {
        Job.say("first");
      }
    }

    @Override
    public void onBatchRestored(TopicPartition at, String store, long end, long count) {}

    @Override
    public void onRestoreEnd(TopicPartition at, String store, long total) {
      rows.addAndGet(total);
    }
  }

  public static void main(String[] args) throws Exception {
    Listener listener = new Listener();
    CountDownLatch running = new CountDownLatch(1);
    KafkaStreams streams =
        new KafkaStreams(
            Tables.build("keyed_aggregate", args[1], () -> {}).build(),
            Job.settings(args[0], args[2], args[3], "100"));
    streams.setGlobalStateRestoreListener(listener);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
    streams.start();
    running.await();
    Job.say("done");
    Job.say("rows " + listener.rows.get());
    Job.awaitEndOfInput();
    streams.close(Duration.ofSeconds(60));
  }
}
