package io.packice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns of paths. */
class GlobTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|',
      value = {"*.csv | a.csv | true", "*.csv | x/y/a.csv | true", "x/*.csv | x/a.csv | true",
          "x/*.csv | x/y/a.csv | false",
          "x/**/*.csv | x/a.csv | true", "x/**/*.csv | x/y/z/a.csv | true", "** | x/y | true", "x/** | y/x | false",
          "?.csv | a.csv | true", "?.csv | ab.csv | false",
          "[a-c].csv | b.csv | true", "[!a-c].csv | b.csv | false", "[!a-c].csv | d.csv | true",
          "*.{csv,tsv} | a.tsv | true", "*.{csv,tsv} | a.txt | false",
          "a.csv | aXcsv | false", "\\*.csv | *.csv | true", "\\*.csv | a.csv | false", "a+(b) | a+(b) | true",
          "2026/*/x | 2026/11/x | true", "2026/*/x | 2026/11/12/x | false"})
  void match(String pattern, String path, boolean matches) {
    assertThat(new Glob(pattern).matches(path)).isEqualTo(matches);
  }
}
