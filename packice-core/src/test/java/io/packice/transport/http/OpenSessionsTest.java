package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.core.AcquireRequest;
import io.packice.core.CapacityExceededException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a session that was opened over HTTP ends. */
final class OpenSessionsTest {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration MORE = TTL.plusNanos(1);

  private final ManualTime time = new ManualTime();
  private MemoryPeer peer;
  private OpenSessions sessions;
  private Session own;

  @BeforeEach
  void start() {
    peer = MemoryPeer.create(1 << 20);
    sessions = new OpenSessions(peer, time::nanoTime);
    own = peer.openSession(OpenSessions.SOMEBODY);
  }

  @AfterEach
  void stop() {
    sessions.close();
    own.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private OpenSessions.Open withDraft(String id) {
    OpenSessions.Open opened = sessions.begin(TTL);
    opened.session.acquire(AcquireRequest.create(new ObjectId(id), List.of(1L))).extent().close();
    return opened;
  }

  @Test
  void oneThatNothingIsHeardInEndsWithItsLeasesAndDrafts() {
    OpenSessions.Open opened = withDraft("draft");
    List<String> order = new ArrayList<>();
    opened.beforeEnd(() -> order.add("let go with " + own.stats().drafts() + " drafts"));
    time.advance(TTL);
    sessions.sweep();
    assertThat(own.stats().drafts()).isOne();

    time.advance(Duration.ofNanos(1));
    sessions.sweep();

    assertThat(own.stats().drafts()).isZero();
    assertThat(own.stats().sessions()).isOne();
    assertThat(sessions.count()).isZero();
    assertThat(order).as("first, as a client unmaps before it releases").containsExactly("let go with 1 drafts");
    assertThat(opened.begin()).isFalse();
  }

  @Test
  void whateverIsHeardKeepsIt() {
    OpenSessions.Open opened = withDraft("draft");
    for (int i = 0; i < 3; i++) {
      time.advance(TTL);
      assertThat(opened.begin()).isTrue();
      opened.done();
      sessions.sweep();
    }
    assertThat(own.stats().drafts()).isOne();
  }

  @Test
  void itsTimeStandsStillWhileSomethingIsUnderWay() {
    OpenSessions.Open opened = withDraft("draft");
    assertThat(opened.begin()).isTrue();
    time.advance(TTL.multipliedBy(5));
    sessions.sweep();
    assertThat(own.stats().drafts()).isOne();
    opened.done();
    time.advance(TTL);
    sessions.sweep();
    assertThat(own.stats().drafts()).as("it counts anew").isOne();
    time.advance(MORE);
    sessions.sweep();
    assertThat(own.stats().drafts()).isZero();
  }

  @Test
  void whoEndsItDoesNotEndWhatIsUnderWay() {
    OpenSessions.Open opened = withDraft("draft");
    assertThat(opened.begin()).isTrue();
    sessions.end(opened.id);
    assertThat(own.stats().drafts()).isOne();
    assertThat(opened.begin()).as("nothing more begins").isFalse();
    opened.done();
    assertThat(own.stats().drafts()).isZero();
    sessions.end(opened.id);
    sessions.end(LeaseId.random().value());
  }

  @Test
  void aTtlHasBounds() {
    assertThat(sessions.begin(null).ttl).isEqualTo(AcquireRequest.DEFAULT_TTL);
    assertThat(sessions.begin(Duration.ofDays(1)).ttl).isEqualTo(OpenSessions.LONGEST);
    assertThatIllegalArgumentException().isThrownBy(() -> sessions.begin(Duration.ZERO));
  }

  @Test
  void soManyAreOpenAtATime() {
    for (int i = 0; i < OpenSessions.MOST; i++) {
      assertThat(sessions.begin(TTL).id).hasSizeGreaterThanOrEqualTo(32);
    }
    assertThatThrownBy(() -> sessions.begin(TTL)).isInstanceOf(CapacityExceededException.class)
        .hasMessageContaining("10000 are open");
    time.advance(MORE);
    sessions.sweep();
    assertThat(sessions.count()).isZero();
    assertThat(own.stats().sessions()).isOne();
    assertThat(sessions.begin(TTL).leases).isEmpty();
  }
}
