package io.packice.storage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void theDistanceIsTheNumberOfLettersToAddRemoveOrChange() {
    assertThat(Spelling.distance("memory", "memory")).isZero();
    assertThat(Spelling.distance("memroy", "memory")).isEqualTo(2);
    assertThat(Spelling.distance("", "disk")).isEqualTo(4);
    assertThat(Spelling.distance("disks", "disk")).isEqualTo(1);
  }

  @Test
  void onlyWhatIsNearIsSuggested() {
    assertThat(Spelling.nearest("dsik", List.of("memory", "disk", "impl"))).isEqualTo("disk");
    assertThat(Spelling.nearest("colour", List.of("memory", "disk", "impl"))).isNull();
  }
}
