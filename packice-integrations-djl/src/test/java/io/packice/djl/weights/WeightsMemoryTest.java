package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.djl.EngineChild;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.process.Child;
import io.packice.process.PeerMain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large weights: one copy for all processes, and tensors past 2 GiB. */
class WeightsMemoryTest {
  private static final long WEIGHTS_BYTES = 512L << 20;
  private static final int WORKERS = 4;

  @TempDir Path folder;

  /** A file of zeros that takes no room, but for the first and the last float of each tensor, which are 1.5 and 2.5. */
  private Path sparse(long... lengths) throws IOException {
    StringBuilder json = new StringBuilder("{");
    long end = 0;
    for (long length : lengths) {
      json.append(end == 0 ? "" : ",").append("\"t").append(end).append("\":{\"dtype\":\"F32\",\"shape\":[")
          .append(length / Float.BYTES).append("],\"data_offsets\":[").append(end).append(',').append(end + length)
          .append("]}");
      end += length;
    }
    byte[] header = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("sparse.safetensors");
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE,
        StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
          .put(header).flip());
      long at = 8L + header.length;
      for (long length : lengths) {
        out.write(aFloat(1.5f), at);
        at += length;
        out.write(aFloat(2.5f), at - Float.BYTES);
      }
    }
    return file;
  }

  private static ByteBuffer aFloat(float value) {
    return ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, value);
  }

  @Test
  void fourProcessesHaveOneCopyOfTheWeights() throws IOException, InterruptedException {
    Path socket = folder.resolve("peer.sock");
    List<Child> workers = new ArrayList<>();
    try (Child peer = new Child(PeerMain.class, socket, 2 * WEIGHTS_BYTES)) {
      assertThat(peer.line()).startsWith("listening");
      try (PackiceClient client = Packice.connect(socket)) {
        new WeightsImport(client, "big").safetensors(sparse(WEIGHTS_BYTES / 2, WEIGHTS_BYTES / 2));
      }
      for (int i = 0; i < WORKERS; i++) {
        workers.add(EngineChild.start(AttachMain.class, socket));
      }
      List<String> micros = new ArrayList<>();
      for (Child worker : workers) {
        assertThat(worker.line()).isEqualTo("sum 8.0");
        micros.add(worker.line());
      }
      long shared = 0;
      for (Child worker : workers) {
        shared += shmemPss(worker.pid());
      }
      long whole = shared + shmemPss(peer.pid());
      System.out.printf("PSS of shared memory: %d MiB in %d workers, %d MiB with the peer, of weights of %d MiB;"
          + " attached in %s us%n", shared >> 20, WORKERS, whole >> 20, WEIGHTS_BYTES >> 20, micros);
      assertThat(whole / (double) WEIGHTS_BYTES).as("copies").isBetween(0.99, 1.1);
    } finally {
      workers.forEach(Child::close);
    }
  }

  /** The process's share of all shared memory, in which a page that four map counts a quarter. */
  private static long shmemPss(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
        .filter(line -> line.startsWith("Pss_Shmem:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).sum();
  }

  @Test
  @Tag("nightly") // takes 4 GiB of memory
  void aTensorOfThreeGibibytesAndOneBehindItAreReadAtBothEnds() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(4L << 30); PackiceClient client = Packice.connect(peer)) {
      readAtBothEnds(client, 3L << 30, 1L << 20);
    }
  }

  @Test
  @Tag("nightly") // takes 9 GiB of disk
  void aTensorPastEightGibibytesAndOneBehindItAreReadAtBothEnds() throws IOException {
    try (FileSystemPeer peer = FileSystemPeer.open(folder.resolve("objects"), 10L << 30);
        PackiceClient client = Packice.connect(peer)) {
      readAtBothEnds(client, 9L << 30, 1L << 20);
    }
  }

  private void readAtBothEnds(PackiceClient client, long... lengths) throws IOException {
    new WeightsImport(client, "big").safetensors(sparse(lengths));
    try (NDManager manager = NDManager.newBaseManager(); SharedWeights weights = SharedWeights.open(client, "big")) {
      NDList list = weights.attach(manager);
      for (NDArray array : list) {
        assertThat(at(array, 0)).isEqualTo(1.5f);
        assertThat(at(array, 1)).isZero();
        assertThat(at(array, array.size() - 2)).isZero();
        assertThat(at(array, array.size() - 1)).isEqualTo(2.5f);
      }
      try (WritableByteChannel nowhere = Channels.newChannel(OutputStream.nullOutputStream())) {
        assertThat(weights.exportSafetensors(nowhere)).isGreaterThan(LongStream.of(lengths).sum());
      }
      list.close();
    }
  }

  /** By a slice: DJL's own {@code getFloat} counts in 32 bits. */
  private static float at(NDArray array, long index) {
    try (NDArray one = array.get(new NDIndex(index + ":" + (index + 1)))) {
      return one.getFloat();
    }
  }
}
