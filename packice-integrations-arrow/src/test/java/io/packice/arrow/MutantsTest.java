package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.imports.ImportFile;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.parquet.WriteOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutants of files of every kind and type, by dice: bits that are flipped, ends that are cut off, lengths that are forged. Each is imported, or refused for a
 * reason in words; what is imported can be read. Replay the one that is named with {@code -Dpackice.seed=…}.
 */
final class MutantsTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 20260101L);
  private static final boolean IS_REPLAY = Long.getLong("packice.seed") != null;
  private static final int HANG_SECONDS = 120;
  private static final int MAX_LETTERS = 400;
  private static final Pattern FORBIDDEN = Pattern.compile(
      "(?i)\\bnull\\b|exception|\\bjava\\b|\\bbug\\b|address|arrowbuf|flatbuf|thrift|0x[0-9a-f]{4}|@[0-9a-f]{5}|\\{\\}|struct:");
  /** What Parquet can say, too, of any bytes that there are. */
  private static final List<String> OF_PARQUET = List.of("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
      "uint64", "half", "single", "double", "bool", "nothing", "day", "instant", "local", "fixed", "utf8", "binary",
      "large utf8", "large binary", "list", "large list", "tensor", "pair", "list of pairs", "list of lists", "map");

  @TempDir private Path folder;

  private final ExecutorService importer = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  @AfterEach
  void stop() {
    importer.shutdownNow();
  }

  private static final class Specimen {
    final String name;
    final byte[] bytes;
    final ImportFormat format;

    Specimen(String name, byte[] bytes, ImportFormat format) {
      this.name = name;
      this.bytes = bytes;
      this.format = format;
    }
  }

  @Test
  void someMutantsAreImportedOrRefusedInWords() throws Exception {
    mutate(IS_REPLAY ? 1 : 120);
  }

  @Test
  @Tag("nightly")
  void twoThousandMutantsAreImportedOrRefusedInWords() throws Exception {
    mutate(2000);
  }

  // ---- The files

  private List<Specimen> specimens() throws IOException {
    List<Specimen> all = new ArrayList<>();
    Schema every = RandomVectors.everyType();
    all.add(new Specimen("file", write(every, (root, out) -> new ArrowFileWriter(root, null, out)), IpcFormat.file()));
    all.add(new Specimen("stream", write(every, (root, out) -> new ArrowStreamWriter(root, null, out)),
        IpcFormat.stream()));
    all.add(new Specimen("lz4", write(every, (root, out) -> new ArrowFileWriter(root, null, out, Map.of(),
        IpcOption.DEFAULT, CommonsCompressionFactory.INSTANCE, CodecType.LZ4_FRAME)), IpcFormat.file()));
    all.add(new Specimen("zstd", write(every, (root, out) -> new ArrowStreamWriter(root, null, out, IpcOption.DEFAULT,
        CommonsCompressionFactory.INSTANCE, CodecType.ZSTD)), IpcFormat.stream()));
    all.add(new Specimen("old", write(every,
        (root, out) -> new ArrowStreamWriter(root, null, out, new IpcOption(true, MetadataVersion.V4))),
        IpcFormat.stream()));
    for (Field field : every.getFields()) {
      all.add(new Specimen(field.getName(),
          write(new Schema(List.of(field)), (root, out) -> new ArrowStreamWriter(root, null, out)),
          IpcFormat.stream()));
    }
    all.add(new Specimen("dictionaries", dictionaries(), IpcFormat.stream()));
    addTables(all);
    return all;
  }

  private interface Writing {
    ArrowWriter on(VectorSchemaRoot root, WritableByteChannel out);
  }

  private byte[] write(Schema schema, Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = new RandomVectors(7, 0.2).batch(schema, 20, allocator);
        ArrowWriter writer = writing.on(root, Channels.newChannel(out))) {
      writer.start();
      writer.writeBatch();
      writer.writeBatch();
      writer.end();
    }
    return out.toByteArray();
  }

  private byte[] dictionaries() throws IOException {
    DictionaryEncoding encoding = new DictionaryEncoding(3, false, new ArrowType.Int(32, true));
    Field field = new Field("word", new FieldType(true, new ArrowType.Int(32, true), encoding), null);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VarCharVector words = new VarCharVector("words", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator)) {
      for (int i = 0; i < 9; i++) {
        words.setSafe(i, ("word " + i).getBytes(UTF_8));
        ((IntVector) root.getVector(0)).setSafe(i, 8 - i);
      }
      words.setValueCount(9);
      root.setRowCount(9);
      try (ArrowWriter writer =
          new ArrowStreamWriter(root, new MapDictionaryProvider(new Dictionary(words, encoding)), out)) {
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    return out.toByteArray();
  }

  private interface Export {
    void write(ArrowTable table, WritableByteChannel to) throws IOException;
  }

  private void addTables(List<Specimen> all) throws IOException {
    Schema rare = new Schema(RandomVectors.rareTypes());
    all.add(new Specimen("rare", exported(rare, (table, to) -> IpcFormat.file().write(table, to, Progress.NONE)),
        IpcFormat.file()));
    Schema schema = new Schema(RandomVectors.everyType().getFields().stream()
        .filter(field -> OF_PARQUET.contains(field.getName())).toList());
    for (WriteOptions.Codec codec : WriteOptions.Codec.values()) {
      WriteOptions options = WriteOptions.defaults().withCodec(codec).withPageBytes(200).withRowGroupBytes(2000);
      all.add(parquet(codec.toString(), schema, options));
    }
    for (Field field : schema.getFields()) { // where a forged number is met sooner
      all.add(parquet("parquet of " + field.getName(), new Schema(List.of(field)), WriteOptions.defaults()));
    }
  }

  private Specimen parquet(String name, Schema schema, WriteOptions options) throws IOException {
    return new Specimen(name, exported(schema, (table, to) -> ParquetExport.of(table).withOptions(options).into(to)),
        ParquetFormat.standard());
  }

  private byte[] exported(Schema schema, Export export) throws IOException {
    try (VectorSchemaRoot batch = new RandomVectors(7, 0.2).batch(schema, 60, allocator);
        TableWriter writer = tables.create("specimen", schema)) {
      writer.write(batch);
      writer.commit();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable table = tables.open("specimen")) {
      export.write(table, Channels.newChannel(out));
    }
    tables.drop("specimen");
    return out.toByteArray();
  }

  // ---- What becomes of them

  private void mutate(int count) throws Exception {
    List<Specimen> specimens = specimens();
    Map<String, Integer> reasons = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    int imported = 0;
    long slowest = 0;
    for (int i = 0; i < count; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      Specimen specimen = specimens.get(random.nextInt(specimens.size()));
      byte[] mutant = new Mutation(specimen.bytes, random).make();
      boolean isPiped = specimen.format == IpcFormat.stream() && random.nextInt(4) == 0;
      String what = "-Dpackice.seed=" + seed + " (" + specimen.name + "): ";
      long start = System.nanoTime();
      try {
        String refusal = refusal(specimen.format, mutant, isPiped);
        imported += refusal == null ? 1 : 0;
        if (refusal != null) {
          problem(refusal).ifPresent(problem -> problems.add(what + problem));
          reasons.merge(kind(refusal), 1, Integer::sum);
        }
      } catch (ExecutionException | TimeoutException e) {
        problems.add(what + (e.getCause() == null ? "not done after " + HANG_SECONDS + " s" : trace(e.getCause())));
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    System.out.printf(
        "%d mutants from seed %d on: %d imported, %d refused for %d reasons, the slowest after %d ms%n%s%n",
        count, SEED, imported, count - imported, reasons.size(), slowest / 1_000_000, most(reasons));
    assertThat(problems).isEmpty();
    assertThat(count - imported).isGreaterThanOrEqualTo(IS_REPLAY ? 0 : count / 4);
    peer.requireEmpty();
  }

  private static String trace(Throwable failure) {
    return Stream.concat(Stream.of(failure), Arrays.stream(failure.getStackTrace()).limit(12)).map(String::valueOf)
        .collect(Collectors.joining("\n    "));
  }

  private String refusal(ImportFormat format, byte[] mutant, boolean isPiped) throws Exception {
    return importer.submit(() -> imported(format, mutant, isPiped)).get(HANG_SECONDS, TimeUnit.SECONDS);
  }

  /** The reason why not; null if it was. */
  private String imported(ImportFormat format, byte[] mutant, boolean isPiped) throws IOException {
    ImportSource source = isPiped ? ImportSource.once("the pipe", new ByteArrayInputStream(mutant))
        : ImportSource.of(Files.write(folder.resolve("mutant"), mutant));
    try {
      TableImport.ofFiles(format, List.of(ImportFile.of(source))).into(tables, "t");
    } catch (IOException | RuntimeException refused) {
      String message = String.valueOf(refused.getMessage());
      if (!message.startsWith("Cannot ")) {
        throw refused;
      }
      return message;
    }
    look();
    tables.drop("t");
    return null;
  }

  /** All that there is, whatever it means. */
  private void look() {
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      while (batches.hasNext()) {
        batches.next().getFieldVectors().forEach(RandomVectors::values);
      }
      for (int i = 0; i < table.batchCount(); i++) {
        table.columns(i, ScanOptions.all()).forEach(MutantsTest::touch);
      }
    }
  }

  /** The ends of each buffer. */
  private static void touch(StoredColumn column) {
    column.buffers().stream().filter(buffer -> buffer.byteSize() > 0)
        .forEach(buffer -> buffer.get(ValueLayout.JAVA_BYTE, buffer.byteSize() - 1));
    column.children().forEach(MutantsTest::touch);
  }

  private Optional<String> problem(String refusal) {
    String own = refusal.replace(folder.toString(), "");
    boolean isFine = own.lines().count() == 1 && own.contains(": ") && own.contains("; ") && own.length() <= MAX_LETTERS
        && !FORBIDDEN.matcher(own).find();
    return isFine ? Optional.empty() : Optional.of(own.length() + " letters, " + own);
  }

  /** A reason without its numbers and names. */
  private static String kind(String refusal) {
    String reason = refusal.replaceFirst("^Cannot [^:]*(: after \\d+ bytes)?[,:] ", "").replaceFirst("; [^;]*$", "");
    return reason.replaceAll("column .*? (has|is|lacks|without)\\b", "column … $1").replaceAll("-?\\d+", "N")
        .replaceAll("row group N, column [^:]*:", "").strip();
  }

  private static String most(Map<String, Integer> reasons) {
    return reasons.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(IS_REPLAY ? 5 : 60).map(entry -> "  " + entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining("\n"));
  }

  /** One mutant of some bytes. */
  private static final class Mutation {
    /** What a forged length may be. */
    private static final int[] NUMBERS = {0, 1, -1, 2, 7, 8, 1 << 16, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE};
    /** The same as a varint of thrift's. */
    private static final byte[][] VARINTS = {{0}, {1}, {0x7F}, {-1, -1, -1, -1, 0x0F}, {-2, -1, -1, -1, 0x0F},
        {-128, -128, -128, -128, 4}, {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}};

    private final byte[] good;
    private final Random random;

    Mutation(byte[] good, Random random) {
      this.good = good;
      this.random = random;
    }

    byte[] make() {
      byte[] bytes = good.clone();
      int kind = random.nextInt(10);
      if (kind == 0) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        switch (kind) {
          case 1, 2 -> bytes[anywhere()] ^= (byte) (1 << random.nextInt(8));
          case 3 -> bytes[anywhere()] = (byte) random.nextInt();
          case 4 -> bytes = without(bytes);
          case 5, 6, 7 -> forge(bytes);
          default -> put(bytes, metadata(), VARINTS[random.nextInt(VARINTS.length)]);
        }
      }
      return bytes;
    }

    private int anywhere() {
      return random.nextBoolean() ? random.nextInt(good.length) : metadata();
    }

    /** Where files say most of themselves: at their ends, and streams at their beginnings. */
    private int metadata() {
      int end = Math.min(good.length, 1500);
      return random.nextBoolean() ? random.nextInt(end) : good.length - 1 - random.nextInt(end);
    }

    /** A number that may be a length or a place, since it is less than the bytes that there are. */
    private void forge(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int tries = 0; tries < 1000; tries++) {
        int at = random.nextInt(Math.max(1, bytes.length / Integer.BYTES)) * Integer.BYTES;
        if (at + Integer.BYTES <= bytes.length && buffer.getInt(at) > 0 && buffer.getInt(at) <= bytes.length) {
          int number = buffer.getInt(at);
          buffer.putInt(at, switch (random.nextInt(4)) {
            case 0 -> number + 1;
            case 1 -> number * 2;
            case 2 -> number - 1;
            default -> NUMBERS[random.nextInt(NUMBERS.length)];
          });
          return;
        }
      }
    }

    private byte[] without(byte[] bytes) {
      int from = random.nextInt(bytes.length);
      int count = Math.min(bytes.length - from - 1, random.nextInt(64));
      byte[] less = Arrays.copyOf(bytes, bytes.length - Math.max(0, count));
      System.arraycopy(bytes, bytes.length - (less.length - from), less, from, less.length - from);
      return less;
    }

    private static void put(byte[] bytes, int at, byte[] piece) {
      System.arraycopy(piece, 0, bytes, at, Math.min(piece.length, bytes.length - at));
    }
  }
}
