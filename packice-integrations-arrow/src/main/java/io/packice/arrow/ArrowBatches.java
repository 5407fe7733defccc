package io.packice.arrow;

import java.util.Iterator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The record batches of a table, one after the other: each ends when the next is asked for. */
@SuppressWarnings("DoNotCallSuggester") // the API first, its bodies follow
public final class ArrowBatches implements Iterator<VectorSchemaRoot>, AutoCloseable {
  ArrowBatches() {
  }

  @Override
  public boolean hasNext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public VectorSchemaRoot next() {
    throw new UnsupportedOperationException();
  }

  /** Releases the current batch. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
