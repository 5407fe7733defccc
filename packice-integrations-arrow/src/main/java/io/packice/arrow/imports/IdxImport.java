package io.packice.arrow.imports;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.batch.PartSink;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.schema.TensorField;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.statistics.StatisticsCollector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Imports IDX files, the format of MNIST: column {@code image} with one {@linkplain TensorField tensor} a row, of the file's own type and shape,
 * and, if there is a file of labels, column {@code label}. Scalar labels of an integer type become int64: they are indices, and int64 is what
 * PyTorch takes as indices, so nothing has to be converted in training. Other labels stay what they are.
 *
 * <p>Gzipped files are known by their content, not by their name. The values go from the file into shared memory through one small buffer, and
 * lie there as one record batch (more only past 2^31 - 1 values), so that every slice of rows is contiguous.
 */
public final class IdxImport {
  /** The column of the images. */
  public static final String IMAGE = "image";
  /** The column of the labels. */
  public static final String LABEL = "label";

  private static final ArrowType INT64 = new ArrowType.Int(64, true);

  private final ImportSource images;
  private final @Nullable ImportSource labels;
  private final TableOptions options;
  private final Progress progress;

  private IdxImport(ImportSource images, @Nullable ImportSource labels, TableOptions options, Progress progress) {
    this.images = images;
    this.labels = labels;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Imports images, or whatever tensors the file has.
   *
   * @param images the file
   * @return an import to be run
   */
  public static IdxImport of(Path images) {
    return new IdxImport(ImportSource.of(images), null, TableOptions.defaults(), Progress.NONE);
  }

  /**
   * Imports images and their labels.
   *
   * @param images the file of the images
   * @param labels the file of the labels, as many as there are images
   * @return an import to be run
   */
  public static IdxImport of(Path images, Path labels) {
    return of(ImportSource.of(images), ImportSource.of(labels));
  }

  /**
   * Imports images, or whatever tensors there are, and their labels if there are any.
   *
   * @param images the source of the images; it is closed when the import ends
   * @param labels the source of the labels, as many as there are images, closed too; null for none
   * @return an import to be run
   */
  public static IdxImport of(ImportSource images, @Nullable ImportSource labels) {
    return new IdxImport(images, labels, TableOptions.defaults(), Progress.NONE);
  }

  /**
   * With other options for the table.
   *
   * @param newOptions the options; the size of parts does not matter here
   * @return a changed copy
   */
  public IdxImport withOptions(TableOptions newOptions) {
    return new IdxImport(images, labels, newOptions, progress);
  }

  /**
   * With somebody who hears how far it has come.
   *
   * @param newProgress is told bytes of the files, as they lie on disk
   * @return a changed copy
   */
  public IdxImport withProgress(Progress newProgress) {
    return new IdxImport(images, labels, options, newProgress);
  }

  /**
   * Reads the files and publishes the table.
   *
   * @param tables where
   * @param name the table's name
   * @return what was published
   * @throws ImportException if a file is not IDX, is damaged or cut short, or there are more or fewer labels than images; no table was made
   * @throws IOException if a file cannot be read; no table was made
   * @throws io.packice.core.AlreadyExistsException if the name is taken, and the options do not say to replace
   * @throws io.packice.core.CapacityExceededException if the table does not fit; the message states the numbers
   */
  public TableSummary into(ArrowTables tables, String name) throws IOException {
    try (ImportSources sources = new ImportSources(labels == null ? List.of(images) : List.of(images, labels))) {
      sources.requireContent();
      ProgressSum sum = sources.progress(progress, 1);
      TableSummary summary = into(tables, name, sum);
      sum.finish(); // the streams tell their last bytes when they close
      return summary;
    }
  }

  private TableSummary into(ArrowTables tables, String name, ProgressSum sum) throws IOException {
    try (IdxFile imageFile = IdxFile.open(images, sum::add);
        @Nullable IdxFile labelFile = labels == null ? null : IdxFile.open(labels, sum::add)) {
      if (labels != null && labelFile != null && labelFile.rowCount() != imageFile.rowCount()) {
        throw new ImportException(
            "Cannot import " + labels.name() + ": it has " + labelFile.rowCount() + " labels for the "
                + imageFile.rowCount() + " images of " + images.name() + "; give the files that belong together");
      }
      return write(tables, name, imageFile, Optional.ofNullable(labelFile));
    }
  }

  private TableSummary write(ArrowTables tables, String name, IdxFile imageFile, Optional<IdxFile> labelFile)
      throws IOException {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(field(IMAGE, imageFile), imageFile));
    labelFile.ifPresent(file -> columns.add(new Column(labelField(file), file)));
    Schema schema = new Schema(columns.stream().map(Column::field).toList());
    try (TableWriter writer = tables.create(name, schema, options)) {
      List<BatchLayout> batches = layOut(columns);
      if (!batches.isEmpty()) {
        StatisticsCollector statistics = new StatisticsCollector(schema);
        writer.writePart(batches, statistics, (batch, sink) -> {
          for (int i = 0; i < columns.size(); i++) {
            copy(columns.get(i), batches.get(batch).rowCount(), sink, i, statistics);
            sink.pad();
          }
        });
      }
      for (Column column : columns) {
        column.file.requireEnd();
      }
      return writer.commit();
    }
  }

  /** A column and where its values come from. */
  private record Column(Field field, IdxFile file) {
    boolean widened() {
      return field.getType().equals(INT64);
    }

    long rowElements() {
      return file.rowElements();
    }

    long rowBytes() {
      return widened() ? Long.BYTES : rowElements() * file.type().bytes();
    }
  }

  private static Field labelField(IdxFile file) {
    return file.rowShape().length == 0 && file.type().isInteger()
        ? TensorField.of(LABEL, INT64)
        : field(LABEL, file);
  }

  private static Field field(String name, IdxFile file) {
    return TensorField.of(name, file.type().arrow(), file.rowShape());
  }

  private static List<BatchLayout> layOut(List<Column> columns) {
    long widest = columns.stream().mapToLong(Column::rowElements).max().orElse(1);
    long most = Integer.MAX_VALUE / widest; // Arrow counts the values of a list, over all rows of a batch, in 31 bits
    List<BatchLayout> batches = new ArrayList<>();
    for (long left = columns.getFirst().file.rowCount(); left > 0; left -= batches.getLast().rowCount()) {
      batches.add(layOut(columns, (int) Math.min(left, most)));
    }
    return batches;
  }

  private static BatchLayout layOut(List<Column> columns, int rows) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    for (Column column : columns) {
      nodes.add(new ArrowFieldNode(rows, 0));
      bytes.add(0L); // validity, omitted
      if (!column.field.getChildren().isEmpty()) {
        nodes.add(new ArrowFieldNode(rows * column.rowElements(), 0));
        bytes.add(0L);
      }
      bytes.add(rows * column.rowBytes());
    }
    return BatchLayout.of(rows, nodes, bytes.stream().mapToLong(Long::longValue).toArray());
  }

  private static void copy(Column column, int rows, PartSink sink, int index, StatisticsCollector statistics)
      throws IOException {
    long elements = rows * column.rowElements();
    if (column.widened()) {
      column.file.read(elements, values -> sink.write(widen(values, column.file.type(), index, statistics)));
    } else {
      column.file.read(elements, sink::write);
    }
  }

  private static ByteBuffer widen(ByteBuffer values, IdxFile.Type type, int index, StatisticsCollector statistics) {
    values.order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer longs = ByteBuffer.allocate(values.remaining() / type.bytes() * Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long sum = 0;
    while (values.hasRemaining()) {
      long value = switch (type) {
        case UINT8 -> Byte.toUnsignedLong(values.get());
        case INT8 -> values.get();
        case INT16 -> values.getShort();
        case INT32 -> values.getInt();
        case FLOAT32, FLOAT64 -> throw new IllegalArgumentException("Cannot widen " + type);
      };
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      longs.putLong(value);
    }
    statistics.add(index, new ColumnStatistics(0, min, max, sum));
    return longs.flip();
  }
}
