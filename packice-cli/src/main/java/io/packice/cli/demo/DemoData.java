package io.packice.cli.demo;

import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportStream;
import io.packice.cli.command.CliException;
import io.packice.djl.samples.SyntheticDigits;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Digits as IDX files: those to train with and those to test with.
 *
 * @param train pictures and labels to train with
 * @param test pictures and labels to test with
 */
record DemoData(Digits train, Digits test) {
  private static final String IMAGES = "t10k-images-idx3-ubyte";
  private static final String LABELS = "t10k-labels-idx1-ubyte";

  /** Two IDX files. */
  record Digits(Path images, Path labels) {
    static Digits in(Path folder, String name) {
      return new Digits(folder.resolve(name + "-images-idx3-ubyte"), folder.resolve(name + "-labels-idx1-ubyte"));
    }
  }

  private static DemoData in(Path folder) {
    return new DemoData(Digits.in(folder, "train"), Digits.in(folder, "test"));
  }

  /** Draws digits. Those to test with come from another seed, so none of them was trained with. */
  static DemoData generate(Path folder, int train, int test, long seed) throws IOException {
    DemoData files = in(folder);
    write(SyntheticDigits.generate(seed, train), files.train());
    write(SyntheticDigits.generate(seed + 1, test), files.test());
    return files;
  }

  private static void write(SyntheticDigits digits, Digits files) throws IOException {
    digits.writeImages(files.images());
    digits.writeLabels(files.labels());
  }

  /** Splits the test files of MNIST: the first digits to train with, the next to test with. */
  static DemoData splitMnist(Path mnist, Path folder, int train, int test) throws IOException {
    DemoData files = in(folder);
    split(find(mnist, IMAGES), files.train().images(), files.test().images(), train, test);
    split(find(mnist, LABELS), files.train().labels(), files.test().labels(), train, test);
    return files;
  }

  private static Path find(Path folder, String name) {
    for (Path file : new Path[] {folder.resolve(name + ".gz"), folder.resolve(name)}) {
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new CliException("Cannot find MNIST in " + folder + ": it has neither " + name + ".gz nor " + name
        + "; name the folder that has them", null);
  }

  private static void split(Path source, Path first, Path second, int firstCount, int secondCount) throws IOException {
    try (DataInputStream in = new DataInputStream(ImportStream.open(ImportSource.of(source), _ -> {
    }))) {
      int magic = in.readInt();
      int[] dimensions = IntStream.range(0, magic & 0xff).map(_ -> readInt(in, source)).toArray();
      if (dimensions.length == 0 || dimensions[0] < (long) firstCount + secondCount) {
        throw new CliException(
            "Cannot take " + firstCount + " and " + secondCount + " digits from " + source + ": it has "
                + (dimensions.length == 0 ? 0 : dimensions[0]) + "; give smaller --train and --test",
            null);
      }
      copy(in, first, magic, dimensions, firstCount);
      copy(in, second, magic, dimensions, secondCount);
    } catch (EOFException e) {
      throw new CliException("Cannot read " + source + ": it is cut short; copy it anew", e);
    } catch (java.util.zip.ZipException e) {
      throw new CliException("Cannot read " + source + ": its gzip data is damaged; copy it anew", e);
    }
  }

  private static int readInt(DataInputStream in, Path source) {
    try {
      return in.readInt();
    } catch (IOException e) {
      throw new CliException("Cannot read " + source + ": it is cut short; copy it anew", e);
    }
  }

  private static void copy(DataInputStream in, Path target, int magic, int[] dimensions, int count) throws IOException {
    int rowBytes = IntStream.of(dimensions).skip(1).reduce(1, Math::multiplyExact);
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(target))) {
      out.writeInt(magic);
      out.writeInt(count);
      for (int i = 1; i < dimensions.length; i++) {
        out.writeInt(dimensions[i]);
      }
      byte[] rows = in.readNBytes(Math.multiplyExact(count, rowBytes));
      if (rows.length != count * rowBytes) {
        throw new EOFException();
      }
      out.write(rows);
    }
  }
}
