package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.AcquireRequest.IfExists;
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
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link ClientContractTest} that is about objects that are sealed together. */
abstract class SealContract extends LeaseContract {
  private ObjectWriter draft(String id, String content) {
    ObjectWriter writer = client.create(create(id, content.length()).withGroup("together"));
    writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
    return writer;
  }

  private void assertNothingIsSealed() {
    assertThat(objects()).isEmpty();
    assertThat(liveBytes()).isZero();
  }

  @Test
  void whatIsSealedTogetherIsThereTogether() {
    List<ObjectWriter> writers = IntStream.range(0, 5).mapToObj(i -> draft("part-" + i, "content " + i)).toList();
    assertNothingIsSealed();
    client.seal(writers);
    assertThat(objects()).hasSize(5);
    writers.forEach(writer -> assertThatThrownBy(writer::seal).isInstanceOf(NotPermittedException.class));
    writers.forEach(ObjectWriter::close);
    for (int i = 0; i < 5; i++) {
      assertThat(read("part-" + i)).isEqualTo("content " + i);
    }
  }

  @Test
  void sealingNothingDoesNothing() {
    client.seal(List.of());
    assertNothingIsSealed();
  }

  @Test
  void noneIsSealedIfOneHasOutgrownThePeer() throws IOException {
    boolean[] isWritten = new boolean[1]; // a peer of this process refuses it before
    try (ObjectWriter part = draft("part", "part"); ObjectWriter manifest = draft("manifest", "manifest")) {
      try (ObjectWriter large = client.create(AcquireRequest.create(new ObjectId("large"), null));
          OutputStream out = large.blob(0).outputStream()) {
        assertThatThrownBy(() -> {
          out.write(new byte[(int) (CAPACITY + kind.overflowBytes(CAPACITY)) + 1]);
          isWritten[0] = true;
          client.seal(List.of(part, large, manifest));
        }).isInstanceOf(CapacityExceededException.class);
      }
      assertNothingIsSealed();
      if (kind.freezesAllBeforeItSealsOne() || !isWritten[0]) {
        client.seal(List.of(part, manifest));
        assertThat(read("part")).isEqualTo("part");
      } else {
        assertThatThrownBy(() -> client.seal(List.of(part, manifest))).isInstanceOf(LeaseExpiredException.class);
        manifest.seal();
      }
    }
    assertThat(read("manifest")).isEqualTo("manifest");
  }

  @Test
  void noneIsSealedIfOneLeaseHasEnded() {
    try (Session session = openSession(); ObjectWriter old = draft("last", "old")) {
      old.seal();
      List<LeaseId> leases = new ArrayList<>();
      for (String id : List.of("first", "ended", "last")) {
        Grant grant = session.acquire(create(id, 1).withIfExists(IfExists.REPLACE));
        grant.extent().close();
        leases.add(grant.lease().id());
      }
      session.discard(leases.get(1));

      assertThatThrownBy(() -> session.seal(leases)).isInstanceOf(LeaseExpiredException.class);
      assertThat(objects()).hasSize(1);
      assertThat(read("last")).isEqualTo("old");
      session.seal(List.of(leases.getFirst(), leases.getLast()));
      assertThat(client.stat("last").object().byteSize()).isEqualTo(1);
      assertThat(client.stat("first").object().byteSize()).isEqualTo(1);
    }
  }

  @Test
  void noneIsSealedIfOneIsMappedAndCannotBeCopied() {
    try (Session session = openSession()) {
      Grant part = session.acquire(create("part", PAGE));
      Grant mapped = session.acquire(create("mapped", PAGE));
      part.extent().close();
      List<LeaseId> leases = List.of(part.lease().id(), mapped.lease().id());
      try (Extent extent = mapped.extent(); Arena elsewhere = Arena.ofShared()) {
        MemorySegment _ = extent.map(0, PAGE, Extent.Access.READ_WRITE, elsewhere);
        if (!kind.sealsACopyOfWhatIsMapped()) {
          assertThatThrownBy(() -> session.seal(leases)).isInstanceOf(StillMappedException.class);
          assertNothingIsSealed();
        }
      }
      List<LeaseId> live = kind.freezesAllBeforeItSealsOne() ? leases : leases.subList(1, 2);
      session.seal(live);
      assertThat(objects()).hasSize(live.size());
    }
  }

  @Test
  void aLeaseThatStandsTwiceIsRefusedAndNothingIsSealed() {
    try (ObjectWriter part = draft("part", "part"); ObjectWriter other = draft("other", "other")) {
      assertThatThrownBy(() -> client.seal(List.of(other, part, part))).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("part");
      assertNothingIsSealed();
      client.seal(List.of(other, part));
    }
  }

  @Test
  void whatIsSealedAlreadyIsRefusedAndStays() {
    try (ObjectWriter part = draft("part", "part"); ObjectWriter other = draft("other", "other")) {
      part.seal();
      assertThatThrownBy(() -> client.seal(List.of(other, part))).isInstanceOf(NotPermittedException.class);
      assertThatThrownBy(() -> client.get("other")).isInstanceOf(NotSealedException.class);
      assertThat(read("part")).isEqualTo("part");
    }
  }

  @Test
  void theDraftOfAnotherClientIsRefusedAndNothingIsSealed() {
    try (PackiceClient another = connect();
        ObjectWriter mine = draft("mine", "mine");
        ObjectWriter theirs = another.create("theirs", 1)) {
      assertThatIllegalArgumentException().isThrownBy(() -> client.seal(List.of(mine, theirs)))
          .withMessageContaining("theirs");
      assertNothingIsSealed();
      mine.seal();
      theirs.seal();
    }
  }

  @Test
  void leasesOfSeveralSessionsAreSealedTogether() {
    try (Session one = openSession(); Session two = openSession()) {
      Grant first = one.acquire(create("first", 1));
      Grant second = two.acquire(create("second", 1));
      first.extent().close();
      second.extent().close();
      two.seal(List.of(first.lease().id(), second.lease().id()));
      try (LeasedObject object = client.get("first")) {
        assertThat(object.blob(0).byteSize()).isEqualTo(1);
      }
    }
    assertThat(objects()).hasSize(2);
  }

  final ObjectWriter detached(PackiceClient by, String id, Duration ttl) {
    ObjectWriter writer = by.create(create(id, 4).withBinding(Binding.DETACHED).withTtl(ttl));
    writer.blob(0).segment().copyFrom(MemorySegment.ofArray("text".getBytes(UTF_8)));
    return writer;
  }

  @Test
  void whatIsHandedOverIsSealedByAnotherClientAfterItsOwnHasGone() {
    String lease;
    try (PackiceClient another = connect(); ObjectWriter part = detached(another, "part", Duration.ofSeconds(60))) {
      lease = part.handOver();
      assertThatThrownBy(part::seal).isInstanceOf(IllegalStateException.class);
    }
    assertNothingIsSealed();
    assertThat(client.renew(lease)).isEqualTo(Duration.ofSeconds(60));
    try (ObjectWriter manifest = draft("manifest", "manifest")) {
      client.seal(List.of(lease), List.of(manifest));
    }
    client.release(lease);
    client.release(lease);
    assertThat(read("part")).isEqualTo("text");
    assertThat(leases()).isZero();
  }

  @Test
  void whatIsHandedOverToNobodyEnds() {
    try (ObjectWriter part = detached(client, "part", Duration.ofSeconds(60))) {
      client.release(part.handOver());
    }
    assertThat(drafts()).isZero();
  }

  @Test
  void whatIsHandedOverAndEndsIsNotSealedNorIsAnythingElse() {
    try (ObjectWriter part = detached(client, "part", Duration.ofSeconds(60));
        ObjectWriter manifest = draft("manifest", "manifest")) {
      String lease = part.handOver();
      client.release(lease);
      assertThatThrownBy(() -> client.seal(List.of(lease), List.of(manifest)))
          .isInstanceOf(LeaseExpiredException.class);
      assertNothingIsSealed();
    }
  }

  @Test
  void whatEndsWithItsSessionIsNotHandedOver() {
    try (ObjectWriter part = draft("part", "part")) {
      assertThatThrownBy(part::handOver).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Cannot hand over part");
      part.seal();
    }
  }
}
