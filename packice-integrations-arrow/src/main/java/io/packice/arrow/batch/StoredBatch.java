package io.packice.arrow.batch;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One record batch of a mapped part, as its message describes it. All numbers were checked against the body's length and the schema before this
 * was made.
 *
 * @param lease keeps the mapping
 * @param body the buffers' bytes
 * @param rowCount how many rows
 * @param nodes one for each field, depth first
 * @param buffers where the buffers lie in the body, in the order of IPC
 * @param variadicCounts how many data buffers each view column has
 */
public record StoredBatch(SharedMapping lease, MemorySegment body, int rowCount, List<ArrowFieldNode> nodes,
    List<Slice> buffers, List<Long> variadicCounts) {
  /**
   * Part of a body.
   *
   * @param offset from the body's start
   * @param byteSize its length
   */
  public record Slice(long offset, long byteSize) {
  }

  /**
   * The bytes of one buffer.
   *
   * @param index which, in the order of IPC
   * @return its bytes, valid while the mapping is held
   */
  public MemorySegment buffer(int index) {
    Slice slice = buffers.get(index);
    return body.asSlice(slice.offset, slice.byteSize);
  }

  /**
   * The same batch in another mapping of its part.
   *
   * @param part the mapping
   * @return the batch in it
   */
  public StoredBatch in(MemorySegment part) {
    long offset = body.address() - lease.segment().address();
    return new StoredBatch(lease, part.asSlice(offset, body.byteSize()), rowCount, nodes, buffers, variadicCounts);
  }

  /**
   * At its first field.
   *
   * @return a cursor of its own
   */
  public BatchCursor cursor() {
    return new BatchCursor(nodes.size(), buffers.size(), variadicCounts);
  }

  /**
   * The same rows with some of the columns, in this order.
   *
   * @param schema the columns of the batch, as vectors have them
   * @param columns their places
   * @return a batch of these
   */
  public StoredBatch select(Schema schema, int... columns) {
    StoredBatch[] found = new StoredBatch[schema.getFields().size()];
    BitSet wanted = new BitSet();
    IntStream.of(columns).forEach(wanted::set);
    BatchCursor cursor = cursor();
    for (int i = 0; i < wanted.length(); i++) {
      int node = cursor.node();
      int buffer = cursor.buffer();
      int variadic = cursor.variadic();
      cursor.skip(schema.getFields().get(i));
      if (wanted.get(i)) {
        found[i] = with(nodes.subList(node, cursor.node()), buffers.subList(buffer, cursor.buffer()),
            variadicCounts.subList(variadic, cursor.variadic()));
      }
    }
    List<ArrowFieldNode> someNodes = new ArrayList<>();
    List<Slice> someBuffers = new ArrayList<>();
    List<Long> someCounts = new ArrayList<>();
    for (int column : columns) {
      someNodes.addAll(found[column].nodes);
      someBuffers.addAll(found[column].buffers);
      someCounts.addAll(found[column].variadicCounts);
    }
    return with(someNodes, someBuffers, someCounts);
  }

  /**
   * The columns where they lie, without vectors over them.
   *
   * @param schema the columns of the batch, as vectors have them
   * @param dictionaries gives the values of a dictionary by its id
   * @return one for each field; their counts are what {@link BatchCheck} has compared
   */
  public List<StoredColumn> columns(Schema schema, LongFunction<StoredColumn> dictionaries) {
    BatchCursor cursor = cursor();
    return schema.getFields().stream().map(field -> column(field, cursor, dictionaries)).toList();
  }

  private StoredColumn column(Field field, BatchCursor cursor, LongFunction<StoredColumn> dictionaries) {
    BatchCursor.Own own = cursor.next(field);
    ArrowFieldNode node = nodes.get(own.node());
    List<MemorySegment> memory =
        IntStream.range(0, own.fixedBuffers() + own.dataBuffers()).mapToObj(i -> buffer(own.buffer() + i)).toList();
    List<StoredColumn> children =
        field.getChildren().stream().map(child -> column(child, cursor, dictionaries)).toList();
    return new StoredColumn(field, Math.toIntExact(node.getLength()), Math.toIntExact(node.getNullCount()), memory,
        children,
        field.getDictionary() == null ? null : dictionaries.apply(field.getDictionary().getId()));
  }

  private StoredBatch with(List<ArrowFieldNode> someNodes, List<Slice> someBuffers, List<Long> someCounts) {
    return new StoredBatch(lease, body, rowCount, someNodes, someBuffers, someCounts);
  }

  /**
   * Vectors over the mapping. The lease lives until the last of their buffers is released, by whichever thread.
   *
   * @param schema the columns of the batch, as vectors have them
   * @param allocator what the buffers are counted with
   * @return a new root; the caller closes it
   */
  public VectorSchemaRoot load(Schema schema, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    try (ArrowRecordBatch batch = wrap(allocator)) {
      new VectorLoader(root).load(batch);
      return root;
    } catch (Throwable failure) {
      root.close();
      throw failure;
    }
  }

  private ArrowRecordBatch wrap(BufferAllocator allocator) {
    ArrowBuf whole = body.byteSize() == 0 ? allocator.getEmpty() : wrapBody(allocator);
    try {
      List<ArrowBuf> slices = new ArrayList<>(buffers.size());
      for (Slice slice : buffers) {
        slices.add(slice.byteSize == 0 ? allocator.getEmpty() : whole.slice(slice.offset, slice.byteSize));
      }
      return new ArrowRecordBatch(rowCount, nodes, slices, NoCompressionCodec.DEFAULT_BODY_COMPRESSION, variadicCounts,
          true);
    } finally {
      whole.getReferenceManager().release(); // the record batch has retained its slices
    }
  }

  private ArrowBuf wrapBody(BufferAllocator allocator) {
    Runnable release = lease.hold();
    try {
      return allocator.wrapForeignAllocation(new ForeignAllocation(body.byteSize(), body.address()) {
        @Override
        protected void release0() {
          release.run();
        }
      });
    } catch (Throwable refused) { // by the allocator's limit; it does not release what it did not take
      release.run();
      throw refused;
    }
  }
}
