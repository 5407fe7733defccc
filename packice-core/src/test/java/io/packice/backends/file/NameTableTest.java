package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of names against a list of them. */
final class NameTableTest {
  private static final int NAMES = 3_000;

  private static byte[] bytes(FileName name) {
    return ("- " + name + ".json").getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, NAMES})
  void numbersCountInTheOrderOfTheFirstTimes(int expected) {
    Random random = new Random(42);
    NameTable table = new NameTable(expected);
    for (int round = 0; round < 2; round++) { // the second one in the memory of the first
      List<FileName> added = new ArrayList<>();
      for (int i = 0; i < NAMES; i++) {
        ObjectId id = new ObjectId("object-" + random.nextInt(NAMES / 10)); // so that many differ by their version alone
        FileName name = FileName.of(id, i);
        assertThat(table.find(bytes(name), 2)).as("before it is added").isEqualTo(-1);
        assertThat(table.add(bytes(name), 2)).isEqualTo(i);
        added.add(name);
        int again = random.nextInt(added.size());
        assertThat(table.add(bytes(added.get(again)), 2)).as("added again").isEqualTo(again);
      }
      assertThat(table.count()).isEqualTo(NAMES);
      for (int number = 0; number < NAMES; number++) {
        assertThat(table.find(bytes(added.get(number)), 2)).isEqualTo(number);
        assertThat(table.name(number)).isEqualTo(added.get(number));
        assertThat(table.text(number)).isEqualTo(added.get(number).toString());
      }
      table.clear();
      assertThat(table.count()).isZero();
      assertThat(table.find(bytes(added.getFirst()), 2)).as("once it is empty again").isEqualTo(-1);
    }
  }
}
