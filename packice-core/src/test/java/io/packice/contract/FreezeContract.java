package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.core.StillMappedException;
import io.packice.core.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link ClientContractTest} that is about drafts that are frozen before they are sealed. */
abstract class FreezeContract extends SealContract {
  private ObjectWriter filled(String id, String content) {
    ObjectWriter writer = client.create(create(id, content.length()));
    writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
    return writer;
  }

  private LeaseId draft(Session session, String id) {
    Grant grant = session.acquire(create(id, PAGE).withTtl(MINUTE));
    grant.extent().close();
    return grant.lease().id();
  }

  @Test
  void whatIsFrozenIsNotThereBeforeItIsSealed() {
    put("replaced", "old");
    try (ObjectWriter writer = filled("frozen", "text");
        ObjectWriter next = client.create(create("replaced", 3).withIfExists(AcquireRequest.IfExists.REPLACE))) {
      next.blob(0).segment().copyFrom(MemorySegment.ofArray("new".getBytes(UTF_8)));
      writer.freeze();
      next.freeze();
      assertThatThrownBy(() -> client.get("frozen")).isInstanceOf(NotSealedException.class);
      assertThat(objects()).hasSize(1);
      assertThat(drafts()).isEqualTo(2);
      assertThat(read("replaced")).isEqualTo("old");
      writer.seal();
      assertThat(read("frozen")).isEqualTo("text");
      next.seal();
      assertThat(read("replaced")).isEqualTo("new");
    }
  }

  @Test
  void whatIsFrozenCannotBeWritten() throws IOException {
    try (ObjectWriter writer = filled("frozen", "text")) {
      OutputStream stream = writer.blob(0).outputStream();
      stream.write('T');
      MemorySegment segment = writer.blob(0).segment();
      writer.freeze();
      assertThatIllegalStateException().isThrownBy(() -> segment.fill((byte) 0));
      assertThatIllegalStateException().isThrownBy(() -> writer.blob(0).segment())
          .withMessageContaining("Cannot write to frozen: it is frozen");
      assertThatIllegalStateException().isThrownBy(() -> writer.blob(0).channel());
      writer.freeze();
      writer.seal();
      assertThatIllegalStateException().isThrownBy(writer::freeze).withMessageContaining("it is sealed");
    }
    assertThat(read("frozen")).isEqualTo("Text");
  }

  @Test
  void manyThatAreFrozenAreSealedTogether() {
    List<ObjectWriter> writers = IntStream.range(0, 5).mapToObj(i -> filled("part-" + i, "content " + i)).toList();
    writers.subList(0, 3).forEach(ObjectWriter::freeze);
    client.seal(writers);
    writers.forEach(ObjectWriter::close);
    for (int i = 0; i < 5; i++) {
      assertThat(read("part-" + i)).isEqualTo("content " + i);
    }
  }

  @Test
  void whatIsFrozenAndNotSealedNeverWas() {
    try (ObjectWriter writer = filled("frozen", "text")) {
      writer.freeze();
    }
    assertThat(objects()).isEmpty();
    put("frozen", "other");
    assertThat(read("frozen")).isEqualTo("other");
  }

  @Test
  void aDraftThatIsMappedIsFrozenWhenItIsNot() {
    try (Session session = openSession()) {
      Grant mapped = session.acquire(create("mapped", PAGE));
      LeaseId lease = mapped.lease().id();
      try (Extent extent = mapped.extent(); Arena elsewhere = Arena.ofShared()) {
        MemorySegment bytes = extent.map(0, PAGE, Extent.Access.READ_WRITE, elsewhere);
        bytes.fill((byte) 'a');
        if (!kind.sealsACopyOfWhatIsMapped()) {
          assertThatThrownBy(() -> session.freeze(lease)).isInstanceOf(StillMappedException.class);
          bytes.fill((byte) 'b');
          assertThat(drafts()).isEqualTo(1);
        }
      }
      session.freeze(lease);
      session.seal(lease);
      session.release(lease);
      assertThat(read("mapped")).startsWith(kind.sealsACopyOfWhatIsMapped() ? "aa" : "bb");
    }
  }

  @Test
  void onlyALiveCreateLeaseFreezes() {
    put("sealed", "sealed");
    try (Session session = openSession()) {
      Grant reading = session.acquire(read(new ObjectId("sealed")));
      reading.extent().close();
      assertThatThrownBy(() -> session.freeze(reading.lease().id())).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("Cannot freeze sealed");
      LeaseId discarded = draft(session, "discarded");
      LeaseId frozen = draft(session, "frozen");
      session.discard(discarded);
      assertThatThrownBy(() -> session.freeze(List.of(frozen, discarded))).isInstanceOf(LeaseExpiredException.class);
      session.freeze(List.of(frozen));
      pass(MINUTE);
      assertThatThrownBy(() -> session.freeze(frozen)).isInstanceOf(LeaseExpiredException.class);
      session.freeze(List.of());
    }
    assertThat(objects()).hasSize(1);
  }

  @Test
  void aDraftWithoutSizesTakesItsRoomWhenItIsFrozen() throws IOException {
    try (ObjectWriter grown = client.create(AcquireRequest.create(new ObjectId("grown"), null))) {
      grown.blob(0).outputStream().write(new byte[(int) PAGE + 1]);
      grown.freeze();
      assertThat(client.stats().draftBytes()).isEqualTo(2 * PAGE);
      assertThatThrownBy(() -> client.seal(List.of(grown, grown))).isInstanceOf(NotPermittedException.class);
      assertThat(client.stats().draftBytes()).isEqualTo(2 * PAGE);
      grown.seal();
      assertThat(client.stats().draftBytes()).isZero();
    }
    assertThat(client.stat("grown").object().byteSize()).isEqualTo(PAGE + 1);
  }

  @Test
  void whoLengthensAFrozenDraftWithoutSizesChangesNothing() {
    try (Session session = openSession()) {
      Grant grant = session.acquire(AcquireRequest.create(new ObjectId("frozen"), null));
      LeaseId lease = grant.lease().id();
      try (Extent writer = grant.extent()) {
        writer.write(ByteBuffer.wrap("text".getBytes(UTF_8)), 0);
        session.freeze(lease);
        lengthen(writer);
        session.freeze(lease);
        session.seal(lease);
      }
      session.release(lease);
    }
    assertThat(read("frozen")).isEqualTo("text");
    assertThat(liveBytes()).isEqualTo(PAGE);
  }

  private static void lengthen(Extent writer) {
    try {
      writer.write(ByteBuffer.wrap("more".getBytes(UTF_8)), 2 * PAGE);
    } catch (StorageException | NotPermittedException sealed) {
      // memory, which the kernel seals; or a peer of this process, which counts what is written
    }
  }

  @Test
  void aDraftThatHasOutgrownThePeerIsRefusedAndStays() throws IOException {
    try (ObjectWriter large = client.create(AcquireRequest.create(new ObjectId("large"), null));
        OutputStream out = large.blob(0).outputStream()) {
      assertThatThrownBy(() -> { // a peer of this process refuses what is written, others what is frozen
        out.write(new byte[(int) (CAPACITY + kind.overflowBytes(CAPACITY)) + 1]);
        large.freeze();
      }).isInstanceOf(CapacityExceededException.class);
      assertThat(drafts()).isEqualTo(1);
    }
  }

  @Test
  void whatIsFrozenAndHandedOverIsSealedByAnotherClient() {
    String lease;
    try (PackiceClient another = connect(); ObjectWriter part = detached(another, "part", MINUTE)) {
      part.freeze();
      lease = part.handOver();
    }
    client.seal(List.of(lease), List.of());
    client.release(lease);
    assertThat(read("part")).isEqualTo("text");
  }

  @Test
  void aWriterRenewsItsLease() {
    try (ObjectWriter writer = client.create(create("renewed", 4).withTtl(MINUTE))) {
      pass(MINUTE.minusNanos(1));
      assertThat(writer.renew()).isEqualTo(MINUTE);
      pass(MINUTE.minusNanos(1));
      writer.seal();
      pass(Duration.ofNanos(1));
      assertThat(leasesOn("renewed")).isEqualTo(1);
      pass(MINUTE);
      assertThatThrownBy(writer::renew).isInstanceOf(LeaseExpiredException.class);
    }
    try (ObjectWriter writer = client.create("kept", 1)) {
      assertThat(writer.renew()).isNull();
    }
  }
}
