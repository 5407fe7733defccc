package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.LeakCheck;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  private final Logger logger = Logger.getLogger("io.packice.djl");
  private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
  private final AtomicInteger closed = new AtomicInteger();
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord entry) {
      records.add(entry);
    }

    @Override
    public void flush() {
      // nothing is kept
    }

    @Override
    public void close() {
      // nothing is open
    }
  };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  @Test
  void whatIsForgottenIsClosedAndTheLogSaysWhereItWasMade() {
    makeAndForget();
    LeakCheck.eventually(() -> {
      System.gc();
      assertThat(closed).hasValue(1);
    });
    LogRecord entry = records.remove();
    assertThat(entry.getMessage()).contains("Closed the thing, which was collected without close()");
    assertThat(entry.getThrown().getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("makeAndForget"));
  }

  private void makeAndForget() {
    LeakWatch _ = new LeakWatch(new Object(), "the thing", new Throwable(), closed::incrementAndGet);
  }

  @Test
  void whatIsClosedIsClosedOnceAndNothingIsSaid() {
    LeakWatch watch = new LeakWatch(new Object(), "the thing", new Throwable(), closed::incrementAndGet);
    watch.close();
    watch.close();
    System.gc();
    assertThat(closed).hasValue(1);
    assertThat(records).isEmpty();
  }
}
