package io.packice.arrow.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Writes by parquet-java, which is told row by row what is in the vectors. No row becomes an object. */
final class RecordWriter implements ParquetWriter {
  /** So many rows are written at most before a look at how large pages and row groups are: a page of more than 2 GiB is none. */
  private static final int UNSEEN_ROWS = 16;
  /** What parquet-java says then, as an error of memory. */
  private static final String TOO_LARGE = "Size of data exceeded";

  private enum State {
    OPEN, FAILED, FINISHED, CLOSED
  }

  private final Schema schema;
  private final org.apache.parquet.hadoop.ParquetWriter<Integer> writer;
  private final Rows rows;
  private long written;
  private State state = State.OPEN;

  RecordWriter(WritableByteChannel channel, Schema schema, WriteOptions options) throws IOException {
    this.schema = schema;
    ChannelFile file = new ChannelFile(channel);
    this.rows = new Rows(SchemaWriter.message(schema), ArrowHint.encode(schema),
        FooterMend.isNeeded(schema) ? file.stream::keepEnd : () -> {
        });
    this.writer = new Builder(file, rows)
        .withConf(new PlainParquetConfiguration())
        .withCodecFactory(new Codecs())
        .withCompressionCodec(CompressionCodecName.valueOf(options.codec().name()))
        .withRowGroupSize(options.rowGroupBytes())
        .withPageSize(options.pageBytes())
        .withMinRowCountForPageSizeCheck(1)
        .withMaxRowCountForPageSizeCheck(UNSEEN_ROWS)
        .build();
  }

  @Override
  public void write(VectorSchemaRoot batch) throws IOException {
    requireOpen();
    if (!batch.getSchema().equals(schema)) {
      throw new IllegalArgumentException("Cannot write to a Parquet file: the batch has the schema " + batch.getSchema()
          + ", the file " + schema);
    }
    state = State.FAILED;
    rows.batch = IntStream.range(0, batch.getFieldVectors().size()).mapToObj(i -> {
      String name = schema.getFields().get(i).getName();
      return VectorConsumer.Named.of(name, name, i, batch.getVector(i));
    }).toList();
    for (int row = 0; row < batch.getRowCount(); row++) {
      write(row);
    }
    rows.batch = List.of();
    state = State.OPEN;
  }

  private void write(int row) throws IOException {
    try {
      writer.write(row);
      written++;
    } catch (DamageException e) {
      throw new ParquetException("Cannot write a Parquet file: row " + written + ", " + e.getMessage()
          + "; correct it, or write Arrow", e);
    } catch (OutOfMemoryError e) {
      if (!String.valueOf(e.getMessage()).startsWith(TOO_LARGE)) {
        throw e;
      }
      throw new ParquetException("Cannot write a Parquet file: at row " + written + ", a column has more than 2 GiB in "
          + UNSEEN_ROWS + " rows or less, and a page of Parquet holds no more; write Arrow", e);
    }
  }

  @Override
  public void finish() throws IOException {
    requireOpen();
    state = State.FAILED;
    writer.close();
    state = State.FINISHED;
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("Cannot write to a Parquet file: " + switch (state) {
        case FAILED -> "an earlier call failed; begin anew";
        case FINISHED -> "it is finished";
        default -> "this writer is closed";
      });
    }
  }

  @Override
  public void close() {
    state = State.CLOSED; // parquet-java's writer would complete the file; it holds nothing but heap
  }

  private static final class Builder extends org.apache.parquet.hadoop.ParquetWriter.Builder<Integer, Builder> {
    private final Rows rows;

    Builder(OutputFile file, Rows rows) {
      super(file);
      this.rows = rows;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @Deprecated
    protected WriteSupport<Integer> getWriteSupport(Configuration conf) {
      return rows;
    }

    @Override
    protected WriteSupport<Integer> getWriteSupport(ParquetConfiguration conf) {
      return rows;
    }
  }

  /** Rows of the current batch, by their numbers. */
  private static final class Rows extends WriteSupport<Integer> {
    private final MessageType message;
    private final String hint;
    private final Runnable end;
    private List<VectorConsumer.Named> batch = List.of();
    private @Nullable RecordConsumer consumer;

    /** {@code end} is run when all pages are written, and nothing of the metadata. */
    Rows(MessageType message, String hint, Runnable end) {
      this.message = message;
      this.hint = hint;
      this.end = end;
    }

    @Override
    @Deprecated
    public WriteContext init(Configuration configuration) {
      throw new UnsupportedOperationException("no Hadoop here");
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(message, Map.of(ArrowHint.KEY, hint));
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(Integer row) {
      RecordConsumer to = Objects.requireNonNull(consumer, "prepareForWrite comes first");
      to.startMessage();
      for (VectorConsumer.Named column : batch) {
        column.write(to, row);
      }
      to.endMessage();
    }

    @Override
    public FinalizedWriteContext finalizeWrite() {
      end.run();
      return super.finalizeWrite();
    }
  }

  /** A channel as parquet-java wants to see a file. */
  private static final class ChannelFile implements OutputFile {
    private final ChannelStream stream;

    ChannelFile(WritableByteChannel channel) {
      this.stream = new ChannelStream(channel);
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return stream;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return stream;
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class ChannelStream extends PositionOutputStream {
    private final WritableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private @Nullable ByteArrayOutputStream end;
    private long position;

    ChannelStream(WritableByteChannel channel) {
      this.channel = channel;
    }

    /** What is written from now on is mended when all of it is there. It is as long as the metadata: the pages lie before. */
    void keepEnd() {
      end = new ByteArrayOutputStream();
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      position++;
      if (end != null) {
        end.write(value);
        return;
      }
      if (!buffer.hasRemaining()) {
        flush();
      }
      buffer.put((byte) value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      position += length;
      if (end != null) {
        end.write(bytes, offset, length);
        return;
      }
      if (length > buffer.remaining()) {
        flush();
      }
      if (length > buffer.remaining()) {
        drain(ByteBuffer.wrap(bytes, offset, length));
      } else {
        buffer.put(bytes, offset, length);
      }
    }

    private void drain(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void flush() throws IOException {
      drain(buffer.flip());
      buffer.clear();
    }

    @Override
    public void close() throws IOException {
      flush(); // the channel stays the caller's
      ByteArrayOutputStream kept = end;
      if (kept != null && kept.size() > 0) {
        end = null;
        drain(ByteBuffer.wrap(FooterMend.mend(kept.toByteArray())));
      }
    }
  }
}
