package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.imports.IdxImport;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes 3 GiB of memory. */
@Tag("nightly")
class LargeBatchTest {
  private static final int ROWS = 3;
  private static final int WIDTH = 1 << 27; // doubles: 1 GiB a row

  @Test
  void aBatchOfThreeGibibytesIsAView(@TempDir Path folder) throws IOException {
    Path doubles = folder.resolve("doubles");
    try (FileChannel file = FileChannel.open(doubles, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE,
        StandardOpenOption.WRITE)) {
      ByteBuffer head = ByteBuffer.allocate(12).putInt(0x0e02).putInt(ROWS).putInt(WIDTH).flip();
      file.write(head, 0);
      file.write(ByteBuffer.allocate(8).putDouble(1.5).flip(), 12);
      file.write(ByteBuffer.allocate(8).putDouble(2.5).flip(), 12 + 8L * ROWS * WIDTH - 8);
    }
    try (MemoryPeer peer = MemoryPeer.create(4L << 30);
        PackiceClient client = Packice.connect(peer);
        NDManager manager = NDManager.newBaseManager()) {
      IdxImport.of(doubles).into(new ArrowTables(client), "doubles");
      try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "doubles").setFeatures("image")
          .setSampling(ROWS, false).build();
          Batch batch = dataset.getData(manager).iterator().next()) {
        NDArray all = batch.getData().head();
        assertThat(all.getShape()).isEqualTo(new Shape(ROWS, WIDTH));
        assertThat(all.getDouble(0, 0)).isEqualTo(1.5);
        assertThat(all.getDouble(ROWS - 1, WIDTH - 1)).isEqualTo(2.5);
        assertThat(all.getDouble(ROWS - 1, WIDTH - 2)).isZero();
      }
    }
    LeakCheck.assertNothingHeld();
  }
}
