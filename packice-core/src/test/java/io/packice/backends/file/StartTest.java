package io.packice.backends.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.ManualTime;
import io.packice.core.Blob;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.process.Child;
import io.packice.process.FilePeerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a start takes over 100,000 sealed objects: printed, for docs to quote; not asserted, because machines differ. */
@Tag("nightly")
@Timeout(600)
final class StartTest {
  private static final int OBJECTS = 100_000;
  private static final int STARTS = 5;
  /** What a JVM does by itself on a machine of this size, in place of what spares the processors of tests with many. */
  private static final List<String> AS_USUAL =
      List.of("-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=4", "-Xmx2g",
          "-XX:+UseTransparentHugePages"); // as ./packice serve

  /** Just the files that as many seals would leave, without their syncs. */
  private static void fill(DataFolder folder) {
    byte[] content = new byte[100];
    List<SealRecord> records = new ArrayList<>();
    for (int i = 1; i <= OBJECTS; i++) {
      StoredObject object = new StoredObject(new ObjectId("dataset/part-" + i), Blob.layOut(List.of(100L)),
          Metadata.parse("{\"kind\":\"part\",\"rows\":" + i + ",\"columns\":[\"a\",\"b\",\"c\"]}"), "dataset", null);
      records.add(new SealRecord(i, i, object, Instant.now(), List.of(Checksum.of(content, 0, content.length))));
    }
    records.parallelStream().forEach(record -> {
      try {
        Files.createDirectories(folder.extents(DataFolder.folderOf(record.extent())));
        Files.write(folder.extent(record.extent()), content);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    SealLog.create(folder, new SealLog.Snapshot(records, OBJECTS + 1, OBJECTS + 1));
  }

  @Test
  void aHundredThousandObjectsAreServedAgain(@TempDir Path scratch) throws Exception {
    DataFolder folder = DataFolder.create(scratch.resolve("data"));
    fill(folder);
    for (int start = 0; start < STARTS; start++) {
      long startNanos = System.nanoTime();
      try (FileBlobStore store = FileBlobStore.open(folder.root(), new ManualTime())) {
        assertThat(store.recover().objects()).hasSize(OBJECTS);
      }
      print("start over " + OBJECTS + " objects in this JVM", startNanos);
    }
    for (int start = 0; start < STARTS; start++) {
      long startNanos = System.nanoTime();
      Path socket = scratch.resolve("p.sock");
      try (Child peer =
          new Child(AS_USUAL, FilePeerMain.class, socket, folder.root(), 1L << 40)) {
        assertThat(peer.line()).startsWith("listening");
        try (PackiceClient client = Packice.connect(socket); LeasedObject object = client.get("dataset/part-77777")) {
          assertThat(object.blob(0).byteSize()).isEqualTo(100);
        }
        print("from the start of a new process to the first object", startNanos);
      }
    }
  }

  private static void print(String what, long startNanos) {
    System.out.println(what + ": " + Duration.ofNanos(System.nanoTime() - startNanos).toMillis() + " ms");
  }
}
