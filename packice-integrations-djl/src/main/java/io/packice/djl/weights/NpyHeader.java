package io.packice.djl.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands before the numbers of a NumPy array:
 *
 * <pre>
 * 0          6       7       8               10 or 12
 * | \x93NUMPY | major | minor | N, LE 16 or 32 | {'descr': '&lt;f4', 'fortran_order': False, 'shape': (10, 784), } |
 * </pre>
 *
 * @param type what its elements are
 * @param shape its dimensions
 * @param columnMajor whether the first dimension is the one that runs fastest
 * @param byteSize the length of all this, in bytes
 */
record NpyHeader(WeightType type, List<Long> shape, boolean columnMajor, int byteSize) {
  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
  private static final int MAX_BYTES = 1 << 16; // NumPy itself refuses more than 10,000 without being asked

  private static final Pattern FIELD = Pattern.compile(
      "\\s*'(?<key>\\w{1,20})'\\s*:\\s*(?<value>'[^']{1,20}'|True|False|\\([\\d,\\sL]{0,2000}\\))\\s*,?");

  /** By descr without its order of bytes. */
  private static final Map<String, WeightType> TYPES = Map.ofEntries(Map.entry("b1", WeightType.BOOL),
      Map.entry("i1", WeightType.I8), Map.entry("u1", WeightType.U8), Map.entry("i2", WeightType.I16),
      Map.entry("u2", WeightType.U16), Map.entry("i4", WeightType.I32), Map.entry("u4", WeightType.U32),
      Map.entry("i8", WeightType.I64), Map.entry("u8", WeightType.U64), Map.entry("f2", WeightType.F16),
      Map.entry("f4", WeightType.F32), Map.entry("f8", WeightType.F64), Map.entry("c8", WeightType.C64));

  /**
   * Reads a header, and nothing behind it.
   *
   * @throws DamagedException if it is none, or of an array that cannot be a tensor
   */
  static NpyHeader read(InputStream in) throws IOException, DamagedException {
    byte[] start = exactly(in, MAGIC.length + 2);
    if (!Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length))) {
      throw new DamagedException("it is not a NumPy array");
    }
    int major = start[MAGIC.length];
    if (major < 1 || major > 3) {
      throw new DamagedException("its format is version " + major + " of 1 to 3");
    }
    int lengthBytes = major == 1 ? Short.BYTES : Integer.BYTES;
    ByteBuffer length = ByteBuffer.wrap(Arrays.copyOf(exactly(in, lengthBytes), Integer.BYTES));
    int textBytes = length.order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (textBytes < 0 || textBytes > MAX_BYTES) {
      throw new DamagedException(
          "its header would have " + Integer.toUnsignedString(textBytes) + " bytes, of at most " + MAX_BYTES);
    }
    String text = new String(exactly(in, textBytes), StandardCharsets.ISO_8859_1);
    return parse(text, start.length + lengthBytes + textBytes);
  }

  private static byte[] exactly(InputStream in, int count) throws IOException, DamagedException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new DamagedException("it ends within its header", new EOFException());
    }
    return bytes;
  }

  private static NpyHeader parse(String text, int byteSize) throws DamagedException {
    String stripped = text.strip();
    if (!stripped.startsWith("{") || !stripped.endsWith("}")) {
      throw new DamagedException("its header is not a dictionary");
    }
    String inside = stripped.substring(1, stripped.length() - 1);
    Map<String, String> fields = new HashMap<>();
    Matcher matcher = FIELD.matcher(inside);
    int end = 0;
    while (matcher.find(end) && matcher.start() == end) {
      if (fields.put(matcher.group("key"), matcher.group("value")) != null) {
        throw new DamagedException("its header has two " + matcher.group("key"));
      }
      end = matcher.end();
    }
    String descr = fields.getOrDefault("descr", "");
    String order = fields.getOrDefault("fortran_order", "");
    String shape = fields.getOrDefault("shape", "");
    if (!inside.substring(end).isBlank() || fields.size() != 3 || !descr.startsWith("'") || !order.matches("True|False")
        || !shape.startsWith("(")) {
      throw new DamagedException("its header is not one of an array of numbers: " + WeightTensor.quoted(stripped));
    }
    return new NpyHeader(type(descr), shape(shape), order.equals("True"), byteSize);
  }

  private static WeightType type(String quoted) throws DamagedException {
    String descr = quoted.substring(1, quoted.length() - 1);
    WeightType type = TYPES.get(descr.substring(1));
    if (type == null || "<|=>".indexOf(descr.charAt(0)) < 0) {
      throw new DamagedException("its type is " + descr + ", which no tensor has; convert it in NumPy (astype)");
    }
    if (descr.charAt(0) == '>' && type.bits() > Byte.SIZE) {
      throw new DamagedException("its numbers are big-endian; convert it in NumPy (astype('<" + descr.substring(1)
          + "'))");
    }
    return type;
  }

  private static List<Long> shape(String tuple) throws DamagedException {
    List<Long> shape = new ArrayList<>();
    for (String part : tuple.substring(1, tuple.length() - 1).split(",", -1)) {
      String number = part.strip().replaceFirst("L$", ""); // as Python 2 wrote it
      if (!number.isEmpty()) {
        try {
          shape.add(Long.parseLong(number));
        } catch (NumberFormatException e) {
          throw new DamagedException("its shape is " + WeightTensor.quoted(tuple), e);
        }
      }
    }
    return shape;
  }

  /**
   * The tensor that it describes.
   *
   * @throws DamagedException if it has too many dimensions, or more bytes than can be counted
   */
  WeightTensor tensor(String name, long offset) throws DamagedException {
    return new WeightTensor(name, type, shape, offset, WeightTensor.byteSize(type, shape));
  }
}
