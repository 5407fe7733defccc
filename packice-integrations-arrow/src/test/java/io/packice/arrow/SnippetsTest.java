package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.imports.TableImport;
import io.packice.arrow.text.CsvFormat;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that this module's javadoc shows, as it is run. */
class SnippetsTest extends TableFixture {
  @Test
  void files(@TempDir Path folder) throws IOException {
    Path january = Files.writeString(folder.resolve("january.csv"), "price\n1\n");
    Path february = Files.writeString(folder.resolve("february.csv"), "price\n2\n3\n");
    // @start region="import"
    TableImport.of(CsvFormat.standard(), List.of(january, february)).into(tables, "flights");
    // @end
    try (ArrowTable table = tables.open("flights")) {
      // @formatter:off
      // @start region="stream"
      long sum = table.stream(allocator, ScanOptions.all().withColumns("price"), batch -> sum(batch.getVector(0))).parallel().reduce(0L, Long::sum);
      // @end
      // @formatter:on
      assertThat(sum).isEqualTo(6);
    }
  }

  @Test
  void textFiles(@TempDir Path folder) throws IOException {
    Path verkauf = Files.write(folder.resolve("verkauf.csv"),
        "Stück;Preis\n2;1,5\n".getBytes(Charset.forName("windows-1252")));
    // @formatter:off
    // @start region="german"
    CsvFormat german = CsvFormat.standard().withSeparator(';').withDecimal(',').withEncoding(Charset.forName("windows-1252"));
    TableImport.of(german, List.of(verkauf)).withNotes(System.out::println).into(tables, "sales");
    // @end
    // @formatter:on
    try (ArrowTable table = tables.open("sales")) {
      assertThat(table.schema().toString()).isEqualTo("Schema<Stück: Int(64, true), Preis: FloatingPoint(DOUBLE)>");
    }
  }

  private static long sum(FieldVector vector) {
    long sum = 0;
    for (int row = 0; row < vector.getValueCount(); row++) {
      sum += ((BigIntVector) vector).get(row);
    }
    return sum;
  }

  @Test
  void dictionaries() {
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
    try (VarCharVector words = new VarCharVector("words", allocator);
        VarCharVector colours = new VarCharVector("colour", allocator)) {
      words.setSafe(0, "red".getBytes(UTF_8));
      words.setValueCount(1);
      colours.setSafe(0, "red".getBytes(UTF_8));
      colours.setValueCount(1);
      Dictionary dictionary = new Dictionary(words, encoding);
      MapDictionaryProvider dictionaries = new MapDictionaryProvider(dictionary);
      try (IntVector indices = (IntVector) DictionaryEncoder.encode(colours, dictionary);
          VectorSchemaRoot batch = new VectorSchemaRoot(List.of(indices))) {
        // @start region="dictionaries"
        try (TableWriter writer = tables.create("shirts", batch.getSchema(), TableOptions.defaults(), dictionaries)) {
          writer.write(batch);
          writer.commit();
        }
        // @end
      }
    }
    try (ArrowTable shirts = tables.open("shirts")) {
      assertThat(shirts.rowCount()).isOne();
    }
  }
}
