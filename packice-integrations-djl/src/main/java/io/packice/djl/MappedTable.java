package io.packice.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.core.AcquireRequest;
import io.packice.core.AlreadyExistsException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of what a transform makes of a dataset, made by one process of all that ask for it. Who makes it holds a draft beside it, which ends with
 * the process: others wait for that draft to go, and then find the table, or make it themselves.
 *
 * @param client the connection
 * @param name the table's name, which follows from what it is computed of
 */
record MappedTable(PackiceClient client, String name) {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Waits for the table, or computes it from batches in the order of the rows. */
  void make(PackiceDataset batches, BatchTransform transform) {
    while (!exists()) {
      try (ObjectWriter _ = client.create(AcquireRequest.create(new ObjectId(claim()), List.of()))) {
        if (!exists()) { // somebody else may have been done just before
          compute(batches, transform);
        }
      } catch (AlreadyExistsException othersMakeIt) {
        awaitClaim();
      }
    }
  }

  /** The columns that it has for data. */
  List<Column> features() {
    return columns(MappedWriter.DATA);
  }

  /** The columns that it has for labels. */
  List<Column> labels() {
    return columns(MappedWriter.LABELS);
  }

  private List<Column> columns(String prefix) {
    try (ArrowTable table = new ArrowTables(client).open(name)) {
      return table.schema().getFields().stream().filter(field -> field.getName().startsWith(prefix))
          .map(MappedWriter::column).toList();
    }
  }

  private String claim() {
    return name + ".claim";
  }

  private boolean exists() {
    try {
      return ArrowTables.isTable(client.stat(name).object());
    } catch (NotFoundException | NotSealedException _) {
      return false;
    }
  }

  private void awaitClaim() {
    try {
      client.get(AcquireRequest.read(new ObjectId(claim())).withPatience(PATIENCE)).close();
    } catch (NotFoundException | NotSealedException lookAgain) { // the one who made it is done, or is still at it
      if (Thread.currentThread().isInterrupted()) { // who is, cannot wait
        throw new IllegalStateException("Cannot wait for table " + name
            + ", which another computes: this thread was interrupted; ask again", lookAgain);
      }
    }
  }

  private void compute(PackiceDataset batches, BatchTransform transform) {
    try (NDManager manager = NDManager.newBaseManager();
        MappedWriter writer = new MappedWriter(new ArrowTables(client), name, batches.size())) {
      for (Batch batch : batches.getData(manager)) {
        try (batch) {
          writer.write(batch.getSize(), given(transform.data(batch.getData()), "data"),
              given(transform.labels(batch.getLabels()), "labels"));
        }
      }
      writer.commit();
    }
  }

  /** A transform is somebody else's code. */
  private NDList given(@Nullable NDList arrays, String what) {
    if (arrays == null) {
      throw new IllegalArgumentException("Cannot compute table " + name + ": its transform gave null for the " + what
          + " of a batch; return a list of arrays, for labels also an empty one");
    }
    return arrays;
  }
}
