package io.packice.arrow.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.Progress;
import io.packice.arrow.TableFixture;
import io.packice.arrow.TableOptions;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.JsonFormat;
import io.packice.core.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every format reads from every kind of source, and from the same one as often as it needs. */
final class ImportSourceTest extends TableFixture {
  private static final int ROWS = 20_000;

  @TempDir private Path folder;

  /** All that is imported, and how. */
  enum Kind {
    CSV, JSON, SOME_JSON, GZIPPED_JSON, ARROW_STREAM, ARROW_FILE, PARQUET;

    ImportFormat format() {
      return switch (this) {
        case CSV -> CsvFormat.standard();
        case JSON, GZIPPED_JSON -> JsonFormat.standard();
        case SOME_JSON -> JsonFormat.standard().withLines(1);
        case ARROW_STREAM, ARROW_FILE -> IpcFormat.file();
        case PARQUET -> ParquetFormat.standard();
      };
    }

    boolean isReadTwice() {
      return this == CSV || this == JSON || this == GZIPPED_JSON;
    }

    boolean seeks() {
      return this == ARROW_FILE || this == PARQUET;
    }
  }

  private byte[] bytes(Kind kind) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeNumbers("written", TableOptions.defaults(), LongStream.range(0, ROWS).toArray());
    try (ArrowTable table = tables.open("written")) {
      switch (kind) {
        case CSV -> CsvFormat.standard().write(table, Channels.newChannel(out), Progress.NONE);
        case JSON, SOME_JSON, GZIPPED_JSON ->
            JsonFormat.standard().write(table, Channels.newChannel(out), Progress.NONE);
        case ARROW_FILE -> IpcFormat.file().write(table, Channels.newChannel(out), Progress.NONE);
        case ARROW_STREAM -> IpcFormat.stream().write(table, Channels.newChannel(out), Progress.NONE);
        case PARQUET -> ParquetExport.of(table).into(Channels.newChannel(out));
      }
    }
    tables.drop("written");
    return kind == Kind.GZIPPED_JSON ? gzip(out.toByteArray()) : out.toByteArray();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static List<Long> numbersTo(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private static TableImport of(ImportFormat format, ImportSource... sources) {
    return TableImport.ofFiles(format, Arrays.stream(sources).map(ImportFile::of).toList());
  }

  /** Bytes that are in no file, as a storage service would give them: a few at a time. */
  private static final class Service implements ImportSource {
    private final byte[] bytes;
    private final boolean seeks;
    private int open;
    private int opened;
    private boolean closed;
    private int looks;
    private boolean changes;
    private boolean shrinks;

    Service(byte[] bytes, boolean seeks) {
      this.bytes = bytes;
      this.seeks = seeks;
    }

    @Override
    public String name() {
      return "s3://bucket/object";
    }

    @Override
    public OptionalLong size() {
      return OptionalLong.of(shrinks && open == 0 && opened > 2 ? bytes.length - 2 : bytes.length);
    }

    @Override
    public String tag() {
      return changes ? "version " + looks++ : "version";
    }

    @Override
    public synchronized InputStream open() {
      open++;
      opened++;
      return new ByteArrayInputStream(bytes) {
        @Override
        public synchronized int read(byte[] target, int offset, int length) {
          return super.read(target, offset, Math.min(length, 1_000));
        }

        @Override
        public void close() {
          open--;
        }
      };
    }

    @Override
    public synchronized @Nullable ImportRanges ranges() {
      if (!seeks) {
        return null;
      }
      open++;
      return new ImportRanges() {
        @Override
        public long size() {
          return bytes.length;
        }

        @Override
        public int read(ByteBuffer target, long position) {
          if (position >= bytes.length) {
            return -1;
          }
          int count = (int) Math.min(Math.min(target.remaining(), 1_000), bytes.length - position);
          target.put(bytes, (int) position, count);
          return count;
        }

        @Override
        public void close() {
          open--;
        }
      };
    }

    @Override
    public void close() {
      closed = true;
    }

    void requireClosed() {
      assertThat(open).isZero();
      assertThat(closed).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatReadsWhatIsInNoFile(Kind kind) throws IOException {
    Service service = new Service(bytes(kind), true);
    of(kind.format(), service).into(tables, "t");
    assertThat(readNumbers("t")).isEqualTo(numbersTo(ROWS));
    service.requireClosed();
    Service more = new Service(service.bytes, kind.seeks());
    of(kind.format(), more).appendTo(tables, "t");
    assertThat(readNumbers("t")).hasSize(2 * ROWS);
    more.requireClosed();
  }

  // ---- what is read once

  private static ImportSource pipe(byte[] bytes) {
    return ImportSource.once("the pipe", new Service(bytes, false).open());
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatReadsAPipeOnceOrRefusesIt(Kind kind) throws IOException {
    byte[] bytes = bytes(kind);
    if (kind.seeks()) {
      assertThatThrownBy(() -> of(kind.format(), pipe(bytes)).into(tables, "t")).isInstanceOf(ImportException.class)
          .hasMessageStartingWith("Cannot import the pipe: it can only be read from start to end, and ")
          .hasMessageContaining("is read from its end").hasMessageContaining("save it as a file");
      peer.requireEmpty();
      return;
    }
    List<Long> heard = Collections.synchronizedList(new ArrayList<>());
    of(kind.format(), pipe(bytes)).withProgress((done, total) -> {
      assertThat(done).isLessThanOrEqualTo(total);
      heard.add(done);
    }).into(tables, "t");
    assertThat(readNumbers("t")).isEqualTo(numbersTo(ROWS));
    assertThat(heard.getLast()).isEqualTo(bytes.length * (kind.isReadTwice() ? 2L : 1L));
    of(kind.format(), pipe(bytes), otherPipe(bytes)).appendTo(tables, "t");
    assertThat(readNumbers("t")).isEqualTo(
        LongStream.range(0, 3 * ROWS).map(i -> i % ROWS).boxed().toList());
  }

  private static ImportSource otherPipe(byte[] bytes) {
    return ImportSource.once("the other", new Service(bytes, false).open());
  }

  @Test
  void imagesMayComeThroughPipesGzippedOrNot() throws IOException {
    byte[] images = new byte[16 + 10 * 6];
    ByteBuffer.wrap(images).putInt(0x0803).putInt(10).putInt(2).putInt(3);
    byte[] labels = new byte[8 + 10];
    ByteBuffer.wrap(labels).putInt(0x0801).putInt(10);
    assertThat(IdxImport.of(pipe(gzip(images)), otherPipe(labels)).into(tables, "t").rowCount()).isEqualTo(10);
    byte[] forged = images.clone();
    ByteBuffer.wrap(forged).putInt(4, 2_000_000_000);
    assertThatThrownBy(() -> IdxImport.of(pipe(forged), null).into(tables, "u")).isInstanceOf(ImportException.class)
        .hasMessageContaining("but the file has only 60 bytes");
    assertThatThrownBy(() -> IdxImport.of(pipe("text".repeat(9).getBytes(UTF_8)), null).into(tables, "u"))
        .isInstanceOf(ImportException.class).hasMessageContaining("not an IDX file");
  }

  @Test
  void aFifoIsReadToItsEnd() throws Exception {
    Path fifo = folder.resolve("f");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Thread writer = Thread.ofPlatform().daemon().start(() -> {
      try {
        Files.writeString(fifo, "number\n" + "7\n".repeat(100_000));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    TableImport.of(CsvFormat.standard(), List.of(fifo)).into(tables, "t");
    writer.join();
    assertThat(readNumbers("t")).hasSize(100_000).containsOnly(7L);
  }

  @Test
  void whatIsKeptOfAPipeMayBeMoreThanMemoryTakes() throws IOException {
    byte[] bytes = new byte[2 * ReplayBuffer.MEMORY_BYTES + 12_345];
    new Random(5).nextBytes(bytes);
    try (ImportSource source = pipe(bytes)) {
      for (int share : new int[] {3, 2, 1}) {
        try (InputStream in = source.open()) {
          assertThat(in.readNBytes(bytes.length / share)).isEqualTo(Arrays.copyOf(bytes, bytes.length / share));
        }
      }
      source.keepNoMore();
      try (InputStream in = source.open()) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(descriptors.map(ImportSourceTest::target)).noneMatch(name -> name.contains(".kept"));
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      return ""; // that of the listing
    }
  }

  @Test
  void afterTheLastOpeningNothingMoreIsKept() throws IOException {
    byte[] bytes = "0123456789".getBytes(UTF_8);
    try (ImportSource source = ImportSource.once("the pipe", new ByteArrayInputStream(bytes))) {
      try (InputStream in = source.open()) {
        assertThat(in.readNBytes(4)).asString(UTF_8).isEqualTo("0123");
      }
      source.keepNoMore();
      try (InputStream in = source.open()) {
        assertThat(in.readNBytes(6)).asString(UTF_8).isEqualTo("012345");
        assertThat(in.read()).isEqualTo('6');
      }
      try (InputStream in = source.open()) {
        assertThat(in.readNBytes(4)).asString(UTF_8).isEqualTo("0123");
        assertThatThrownBy(in::read).isInstanceOf(ImportException.class)
            .hasMessage("Cannot import the pipe: it was read before, and can be read only once; save it as a file, and"
                + " import that");
      }
    }
  }

  @Test
  void aPipeGivesItsRowsToOneImportOnly() throws IOException {
    TableImport twice = of(CsvFormat.standard(), pipe("number\n1\n".getBytes(UTF_8)));
    twice.into(tables, "t");
    assertThatThrownBy(() -> twice.into(tables, "u")).isInstanceOf(ImportException.class)
        .hasMessageContaining("can be read only once");
    ImportSource same = pipe("number\n1\n".getBytes(UTF_8));
    assertThatThrownBy(() -> of(CsvFormat.standard(), same, same).into(tables, "u"))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import the pipe twice: it can be read only once");
  }

  // ---- around it

  @Test
  void sourcesAreClosedWhateverBecomesOfTheImport() throws IOException {
    Service good = new Service("number\n1\n".getBytes(UTF_8), true);
    Service bad = new Service("number\n1,2\n".getBytes(UTF_8), true);
    assertThatThrownBy(() -> of(CsvFormat.standard(), good, bad).into(tables, "t"))
        .isInstanceOf(ImportException.class).hasMessageContaining("s3://bucket/object: line 2 has 2 fields");
    good.requireClosed();
    bad.requireClosed();
    Service more = new Service("number\n1\n".getBytes(UTF_8), true);
    assertThatThrownBy(() -> of(CsvFormat.standard(), more).appendTo(tables, "t"))
        .isInstanceOf(NotFoundException.class);
    more.requireClosed();
    Service images = new Service(new byte[20], true);
    assertThatThrownBy(() -> IdxImport.of(images, null).into(tables, "t")).isInstanceOf(ImportException.class);
    images.requireClosed();
  }

  @Test
  void whatIsReplacedWhileItIsReadIsRefused() {
    Service changing = new Service("number\n1\n".getBytes(UTF_8), true);
    changing.changes = true;
    assertThatThrownBy(() -> of(CsvFormat.standard(), changing).into(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import s3://bucket/object: it was replaced by another while it was read; import it again");
    peer.requireEmpty();
  }

  @Test
  void whatIsCutWhileItIsReadIsRefused() {
    Service cut = new Service("number\n1\n2\n".getBytes(UTF_8), true);
    cut.shrinks = true;
    assertThatThrownBy(() -> of(CsvFormat.standard(), cut).into(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessage(
            "Cannot import s3://bucket/object: it was cut from 11 to 9 bytes while it was read; import it again");
    peer.requireEmpty();
  }

  @Test
  void aStreamIsClosedThoughNobodyReadIt() {
    List<String> closed = new ArrayList<>();
    InputStream in = new ByteArrayInputStream(new byte[0]) {
      @Override
      public void close() {
        closed.add("closed");
      }
    };
    ImportSource.once("a pipe", in).close();
    assertThat(closed).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void aPointerOfGitLfsIsNamedAsSuch(Kind kind) throws IOException {
    Path pointer = Files.writeString(folder.resolve("data." + kind),
        "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n");
    String message = "Cannot import " + pointer + ": it is a git-lfs pointer; run git lfs pull";
    assertThatThrownBy(() -> TableImport.of(kind.format(), List.of(pointer)).into(tables, "t"))
        .isInstanceOf(ImportException.class).hasMessage(message);
    assertThatThrownBy(() -> IdxImport.of(pointer).into(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessage(message);
    peer.requireEmpty();
  }
}
