package io.packice.arrow.vectors;

import io.packice.arrow.schema.EncodedSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Puts values in the place of indices, at whatever depth. */
public final class Decoder {
  private Decoder() {
  }

  /**
   * Decodes a batch whose indices have been checked. Columns without any become those of the new root as they are.
   *
   * @param encoded the batch; this owns it from now on
   * @param plain its schema without encodings
   * @param dictionaries what the indices stand for
   * @param allocator of the new vectors
   * @return a new root; the caller closes it
   */
  public static VectorSchemaRoot decode(VectorSchemaRoot encoded, Schema plain, DictionaryProvider dictionaries,
      BufferAllocator allocator) {
    RowCopier copier = new RowCopier(dictionaries);
    List<FieldVector> columns = new ArrayList<>();
    List<FieldVector> copies = new ArrayList<>();
    List<FieldVector> sources = new ArrayList<>();
    try {
      for (FieldVector vector : encoded.getFieldVectors()) {
        Field field = plain.getFields().get(columns.size());
        if (EncodedSchema.isEncoded(vector.getField())) {
          sources.add(vector);
          copies.add(copier.copyAll(vector, field, allocator));
          columns.add(copies.getLast());
        } else {
          columns.add(vector);
        }
      }
    } catch (Throwable failure) {
      copies.forEach(FieldVector::close);
      encoded.close();
      throw failure;
    }
    sources.forEach(FieldVector::close);
    return new VectorSchemaRoot(plain, columns, encoded.getRowCount());
  }
}
