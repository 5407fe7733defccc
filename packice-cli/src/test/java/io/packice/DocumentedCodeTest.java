package io.packice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All Java that documents and javadoc show is compiled: each line stands in a region of some test, between {@code // @start region="…"} and
 * {@code // @end}. The programs of docs/getting-started.md are left out; docs/test-getting-started runs them.
 */
class DocumentedCodeTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern FENCED = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern IN_JAVADOC =
      Pattern.compile("\\{@snippet :\n(.*?)\n *\\* }\n *\\*(?:/| *\n)", Pattern.DOTALL);
  private static final Pattern FROM_FILE = Pattern.compile("\\{@snippet file=\"([^\"]+)\" region=\"([^\"]+)\"}");
  private static List<String> compiled = List.of();

  /** Code that somebody reads, and where. */
  record Shown(String where, String code) {
    @Override
    public String toString() {
      return where + ": " + code.strip().lines().findFirst().orElse("");
    }
  }

  @BeforeAll
  static void readRegions() throws IOException {
    List<String> regions = new ArrayList<>();
    for (Path source : javaFiles("src/test/java")) {
      regions.addAll(regions(source));
    }
    regions.sort((one, other) -> other.length() - one.length()); // a region may hold another one
    compiled = List.copyOf(regions);
  }

  static List<Shown> shown() throws IOException {
    List<Shown> shown = new ArrayList<>();
    for (Path document : documents()) {
      FENCED.matcher(Files.readString(document)).results()
          .forEach(block -> shown.add(new Shown(name(document), block.group(1))));
    }
    for (Path source : javaFiles("src/main/java")) {
      IN_JAVADOC.matcher(Files.readString(source)).results()
          .forEach(block -> shown.add(new Shown(name(source), block.group(1).replaceAll("(?m)^ *\\* ?", ""))));
    }
    return shown;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shown")
  void whatIsShownIsCompiled(Shown shown) {
    String rest = shown.code();
    for (String region : compiled) {
      rest = rest.replace(region, "");
    }
    assertThat(rest.strip()).as("lines of " + shown.where() + " that no region of a test has").isEmpty();
  }

  @Test
  void regionsThatJavadocNamesAreThere() throws IOException {
    for (Path source : javaFiles("src/main/java")) {
      Matcher snippet = FROM_FILE.matcher(Files.readString(source));
      while (snippet.find()) {
        Path module = PROJECT.resolve(PROJECT.relativize(source).getName(0));
        assertThat(module.resolve("src/test/java").resolve(snippet.group(1))).as(name(source))
            .content().contains("@start region=\"" + snippet.group(2) + "\"");
      }
    }
  }

  /** The regions of a test, as far to the left as they go. */
  private static List<String> regions(Path source) throws IOException {
    List<String> regions = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(source)) {
      String code = line.strip();
      if (code.startsWith("// @start region=")) {
        inside = true;
      } else if (inside && code.equals("// @end")) {
        regions.add(String.join("\n", lines).stripIndent());
        lines.clear();
        inside = false;
      } else if (inside) {
        lines.add(line);
      }
    }
    assertThat(inside).as("a region of " + source + " has no end").isFalse();
    return regions;
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String folder : List.of(".", "docs", "docs/decisions", "docs/benchmarks", "notebooks")) {
      try (Stream<Path> files = Files.list(PROJECT.resolve(folder).normalize())) {
        documents.addAll(files.filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.endsWith("docs/getting-started.md")).sorted().toList());
      }
    }
    return documents;
  }

  private static List<Path> javaFiles(String folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(PROJECT)) {
      for (Path module : modules.filter(path -> Files.isDirectory(path.resolve(folder))).sorted().toList()) {
        try (Stream<Path> files = Files.walk(module.resolve(folder))) {
          files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(found::add);
        }
      }
    }
    return found;
  }

  private static String name(Path file) {
    return PROJECT.relativize(file).toString();
  }
}
