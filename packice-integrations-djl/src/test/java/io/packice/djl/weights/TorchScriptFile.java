package io.packice.djl.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript file of one module with parameters of FLOAT32, as {@code torch.jit.save} would write it: a zip of source code, a pickle of the
 * module, and each tensor's bytes. For tests, where there is no Python to write one.
 */
final class TorchScriptFile {
  private final String forward;
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  /** With a method's body, such as {@code return torch.linear(x, self.weight)}. */
  TorchScriptFile(String forward) {
    this.forward = forward;
  }

  TorchScriptFile with(String parameter, long[] shape, float... some) {
    values.put(parameter, some);
    shapes.put(parameter, shape);
    return this;
  }

  Path write(Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "version", "3\n".getBytes(UTF_8));
      put(zip, "data.pkl", pickle());
      put(zip, "code/__torch__.py", code().getBytes(UTF_8));
      put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      int key = 0;
      for (float[] some : values.values()) {
        put(zip, "data/" + key++, TestFiles.floats(some));
      }
    }
    return file;
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("net/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private String code() {
    StringBuilder code = new StringBuilder("class Net(Module):\n  __parameters__ = [");
    values.keySet().forEach(name -> code.append('"').append(name).append("\", "));
    code.append("]\n  __buffers__ = []\n");
    values.keySet().forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
    code.append("  training : bool\n  _is_full_backward_hook : Optional[bool]\n")
        .append("  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    ").append(forward).append('\n');
    return code.toString();
  }

  // ---- Python's pickle, protocol 2

  private byte[] pickle() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    global(out, "__torch__", "Net");
    out.write(")\u0081}(".getBytes(ISO_8859_1)); // of no arguments, with a state of
    int key = 0;
    for (String name : values.keySet()) {
      text(out, name);
      tensor(out, key++, value(values, name).length, value(shapes, name));
    }
    text(out, "training");
    out.write(0x89); // False
    text(out, "_is_full_backward_hook");
    out.write('N');
    out.write("ub.".getBytes(UTF_8));
    return out.toByteArray();
  }

  private static <V> V value(Map<String, V> map, String name) {
    return Objects.requireNonNull(map.get(name));
  }

  private static void tensor(OutputStream out, int key, int elements, long[] shape) throws IOException {
    global(out, "torch._utils", "_rebuild_tensor_v2");
    out.write("((".getBytes(UTF_8));
    text(out, "storage");
    global(out, "torch", "FloatStorage");
    text(out, String.valueOf(key));
    text(out, "cpu");
    integer(out, elements);
    out.write("tQ".getBytes(UTF_8)); // what was said of a storage
    integer(out, 0);
    longs(out, shape);
    longs(out, strides(shape));
    out.write(0x88); // needs a gradient
    global(out, "collections", "OrderedDict");
    out.write(")RtR".getBytes(UTF_8));
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  private static void longs(OutputStream out, long[] some) throws IOException {
    out.write('(');
    for (long each : some) {
      integer(out, (int) each);
    }
    out.write('t');
  }

  private static void integer(OutputStream out, int value) throws IOException {
    out.write('J');
    out.write(littleEndian(value));
  }

  private static void text(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.write('X');
    out.write(littleEndian(bytes.length));
    out.write(bytes);
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static void global(OutputStream out, String module, String name) throws IOException {
    out.write(("c" + module + "\n" + name + "\n").getBytes(UTF_8));
  }
}
