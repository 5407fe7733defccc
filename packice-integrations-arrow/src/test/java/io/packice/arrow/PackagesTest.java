package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of this module: what one imports, for its comments too, lies below it, and the architecture page names each. */
final class PackagesTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
  private static final Path SOURCES = MODULE.resolve("src/main/java/io/packice/arrow");
  private static final Pattern IMPORT =
      Pattern.compile("^import io\\.packice\\.arrow\\.([a-z]*)\\.?[A-Z]", Pattern.MULTILINE);

  /** From below; those of one row know nothing of each other. */
  private static final List<Set<String>> ROWS = List.of(Set.of("schema", "memory"), Set.of("vectors"),
      Set.of("batch", "statistics"), Set.of("manifest"), Set.of(""), Set.of("imports"),
      Set.of("ipc", "parquet", "text"));

  private static int row(String name) {
    for (int row = 0; row < ROWS.size(); row++) {
      if (ROWS.get(row).contains(name)) {
        return row;
      }
    }
    throw new AssertionError("Cannot place package " + name + " of " + SOURCES + "; give it a row");
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static String packageOf(Path source) {
    return SOURCES.relativize(source.getParent()).toString();
  }

  @Test
  void arrowsPointDownOnly() throws IOException {
    for (Path source : sources()) {
      List<String> imported =
          IMPORT.matcher(Files.readString(source)).results().map((MatchResult found) -> found.group(1)).toList();
      assertThat(imported).as(source.toString())
          .allMatch(name -> name.equals(packageOf(source)) || row(name) < row(packageOf(source)));
    }
  }

  @Test
  void theArchitecturePageNamesEachPackage() throws IOException {
    Set<String> words = new HashSet<>(
        List.of(Files.readString(MODULE.toAbsolutePath().resolveSibling("docs/architecture.md")).split("[^\\w.-]+")));
    assertThat(sources()).extracting(PackagesTest::packageOf).filteredOn(name -> !name.isEmpty()).hasSizeGreaterThan(50)
        .allMatch(name -> words.contains("." + name));
  }
}
