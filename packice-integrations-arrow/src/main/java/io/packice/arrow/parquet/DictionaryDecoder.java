package io.packice.arrow.parquet;

/** RLE_DICTIONARY: runs of indices into the dictionary. */
final class DictionaryDecoder extends ValueDecoder {
  private static final int BLOCK = 1024;

  private final Dictionary dictionary;
  private final HybridDecoder decoder;
  private final int width;
  private final int[] indices = new int[BLOCK];

  DictionaryDecoder(Dictionary dictionary, Bytes in, int width) {
    super("RLE_DICTIONARY");
    this.dictionary = dictionary;
    this.width = width;
    // A page of nulls only may have no byte at all.
    this.decoder = in.remaining() == 0 ? new HybridDecoder(in, 1) : new HybridDecoder(in, in.unsignedByte());
  }

  private int[] read(int count) {
    decoder.read(indices, 0, count);
    for (int i = 0; i < count; i++) {
      if (indices[i] < 0 || indices[i] >= dictionary.size) {
        throw new DamageException("value " + indices[i] + " of a dictionary of " + dictionary.size + " is wanted");
      }
    }
    return indices;
  }

  @Override
  void ints(int[] out, int offset, int count) {
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      int[] wanted = read(n);
      for (int i = 0; i < n; i++) {
        out[offset + done + i] = dictionary.ints[wanted[i]];
      }
    }
  }

  @Override
  void longs(long[] out, int offset, int count) {
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      int[] wanted = read(n);
      for (int i = 0; i < n; i++) {
        out[offset + done + i] = dictionary.longs[wanted[i]];
      }
    }
  }

  @Override
  void fixed(byte[] out, int offset, int count) {
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      int[] wanted = read(n);
      for (int i = 0; i < n; i++) {
        System.arraycopy(dictionary.fixed, wanted[i] * width, out, (offset + done + i) * width, width);
      }
    }
  }

  @Override
  void binary(VarBytes out, int count) {
    VarBytes values = dictionary.binary;
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      int[] wanted = read(n);
      for (int i = 0; i < n; i++) {
        out.add(values.bytes(), values.start(wanted[i]), values.length(wanted[i]));
      }
    }
  }
}
