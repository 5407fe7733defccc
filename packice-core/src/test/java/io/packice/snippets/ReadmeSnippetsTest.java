package io.packice.snippets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that the README and the javadoc show, as it is run. */
final class ReadmeSnippetsTest {
  @Test
  void hello(@TempDir Path folder) {
    try (MemoryPeer peer = MemoryPeer.create();
        UdsServer server = UdsServer.open(peer, folder.resolve("packice.sock"))) {
      String address = server.socket().toString();
      // @start region="hello"
      try (PackiceClient packice = Packice.connect(address)) {        // the host's peer, over its Unix socket
        try (ObjectWriter writer = packice.create("hello", 5)) {      // one blob of 5 bytes, private until it is sealed
          writer.blob(0).segment().copyFrom(MemorySegment.ofArray("Hello".getBytes(UTF_8)));
          writer.seal();                                              // immutable, by the kernel's word, and visible
        }
        try (LeasedObject object = packice.get("hello")) {            // in this process or in any other
          MemorySegment bytes = object.blob(0).segment();             // mapped: no copy was made
          System.out.println(new String(bytes.toArray(ValueLayout.JAVA_BYTE), UTF_8));
        }                                                             // unmapped; the lease is released
      }
      // @end
      try (PackiceClient packice = Packice.connect(address)) {
        assertThat(packice.stat("hello").object().byteSize()).isEqualTo(5);
      }
    }
  }

  @Test
  void oneFillPerHost() throws Exception {
    try (PackiceClient packice = Packice.connect()) {
      // @start region="get-or-create"
      AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("vocabulary"), List.of(1024L))
          .withPatience(Duration.ofMinutes(1));
      try (LeasedObject vocabulary = packice.getOrCreate(request, writer -> fill(writer.blob(0).segment()))) {
        System.out.println(vocabulary.blob(0).byteSize());
      }
      // @end
      assertThat(packice.stats().objects()).isEqualTo(1);
    }
  }

  private static void fill(MemorySegment segment) {
    segment.fill((byte) 1);
  }
}
