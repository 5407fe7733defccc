package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that names, folders and patterns mean. A folder means all files in it and below that have a known ending, but for those whose name, or
 * whose folder's, begins with a dot or an underscore: so writers mark what is no data. In a pattern, {@code *} is part of a name, {@code **} any number of
 * folders, none too, {@code ?} one character, {@code [a-c]} one of these, {@code {a,b}} one of those. Files of a folder or pattern come in the order of their
 * paths. Folders called {@code key=value}, as Hive and Spark write them, say columns. Immutable.
 */
public final class ImportFiles {
  private static final String PATTERN_CHARS = "*?[{";
  private static final String STANDARD_INPUT = "-";
  private static final char REPLACED = '\uFFFD'; // for bytes that are no text
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private final List<String> given;
  private final Set<String> endings;
  private final Keys keys;
  private final @Nullable InputStream standardInput;

  /** What to make of folders called {@code key=value}. */
  public enum Keys {
    /** A column of that name, whose value is that of all rows of the files below. */
    COLUMNS,
    /** Nothing. */
    IGNORED
  }

  private ImportFiles(List<String> given, Set<String> endings, Keys keys, @Nullable InputStream standardInput) {
    this.given = List.copyOf(given);
    this.endings = Set.copyOf(endings);
    this.keys = keys;
    this.standardInput = standardInput;
  }

  /**
   * What some names, folders and patterns mean.
   *
   * @param given one or more
   * @param endings of the files of a folder that count, such as {@code csv}, in small letters; a further {@code .gz} does not matter
   * @return what can be looked for
   */
  public static ImportFiles of(List<String> given, Set<String> endings) {
    return new ImportFiles(given, endings, Keys.COLUMNS, null);
  }

  /**
   * With another meaning of folders called {@code key=value}.
   *
   * @param newKeys which
   * @return a changed copy
   */
  public ImportFiles withKeys(Keys newKeys) {
    return new ImportFiles(given, endings, newKeys, standardInput);
  }

  /**
   * With a stream that the name {@code -} stands for; otherwise that is the name of a file.
   *
   * @param newStandardInput what is read, once, and closed with what is imported
   * @return a changed copy
   */
  public ImportFiles withStandardInput(InputStream newStandardInput) {
    return new ImportFiles(given, endings, keys, newStandardInput);
  }

  /**
   * Looks for the files.
   *
   * @return at least one for each that was given
   * @throws ImportException if a folder or pattern means no file, what can be read only once is named twice, or two folders of a file say the
   *     same column
   * @throws NoSuchFileException if there is no file of a name that is no pattern
   * @throws IOException if a folder cannot be read
   */
  public List<ImportFile> find() throws IOException {
    List<ImportFile> files = new ArrayList<>();
    for (String name : given) {
      if (name.equals(STANDARD_INPUT) && standardInput != null) {
        files.add(ImportFile.of(ImportSource.once("standard input", standardInput)));
        continue;
      }
      for (Path path : find(name)) {
        files.add(keys == Keys.IGNORED ? ImportFile.of(path) : new ImportFile(ImportSource.of(path), keys(path)));
      }
    }
    ImportSources.requireOnce(files.stream().map(ImportFile::source).toList());
    return files;
  }

  private List<Path> find(String name) throws IOException {
    Path path = Path.of(name);
    if (Files.isDirectory(path)) {
      List<Path> inside = walk(path, file -> hasEnding(file) && !isMarked(path.relativize(file)));
      if (inside.isEmpty()) {
        throw new ImportException("Cannot import " + name + ": it is a folder without a file that ends with "
            + String.join(", ", endings.stream().sorted().toList()) + "; name files");
      }
      return inside;
    }
    if (Files.exists(path)) {
      return List.of(path);
    }
    if (name.chars().noneMatch(c -> PATTERN_CHARS.indexOf(c) >= 0)) {
      throw new NoSuchFileException(name);
    }
    return match(name);
  }

  private static List<Path> match(String pattern) throws IOException {
    int firstOf = 0;
    while (PATTERN_CHARS.indexOf(pattern.charAt(firstOf)) < 0) {
      firstOf++;
    }
    Path start = Path.of(pattern.substring(0, pattern.lastIndexOf('/', firstOf) + 1));
    List<Path> found = List.of();
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + anyDepth(pattern));
      if (Files.isDirectory(start)) {
        found = walk(start, file -> matcher.matches(file) && !isHidden(start.relativize(file)));
      }
    } catch (PatternSyntaxException e) {
      throw new ImportException("Cannot import " + pattern + ": it is no pattern (" + e.getDescription()
          + "); write it like data/**/*.csv", e);
    }
    if (found.isEmpty()) {
      throw new ImportException("Cannot import " + pattern + ": no file is called like that; look for typing errors");
    }
    return found;
  }

  /** Java's own {@code **} wants a folder. */
  private static String anyDepth(String pattern) {
    String inside = pattern.replace("/**/", "/{,**/}");
    return inside.startsWith("**/") ? "{,**/}" + inside.substring(3) : inside;
  }

  private static List<Path> walk(Path start, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(start, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(file -> wanted.test(file) && Files.isRegularFile(file)).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean hasEnding(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    return endings.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static boolean isHidden(Path file) {
    return names(file).anyMatch(name -> name.startsWith("."));
  }

  private static boolean isMarked(Path file) {
    return names(file).anyMatch(name -> name.startsWith(".") || (name.startsWith("_") && !name.contains("=")));
  }

  private static Stream<String> names(Path path) {
    List<String> names = new ArrayList<>();
    path.forEach(name -> names.add(name.toString()));
    return names.stream().filter(name -> !name.equals(".") && !name.equals(".."));
  }

  private static Map<String, @Nullable String> keys(Path file) throws ImportException {
    Map<String, @Nullable String> keys = new LinkedHashMap<>();
    Path folder = file.getParent();
    if (folder != null) {
      for (String name : names(folder).filter(name -> name.indexOf('=') > 0).toList()) {
        String value = decoded(name.substring(name.indexOf('=') + 1));
        String key = decoded(name.substring(0, name.indexOf('=')));
        if (keys.containsKey(key)) {
          throw new ImportException("Cannot import " + file + ": two of its folders are called " + key
              + "=…, and one column cannot have both values; rename one");
        }
        keys.put(key, value.equals(NULL) ? null : value);
      }
    }
    return keys;
  }

  private static String decoded(String text) {
    try {
      String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      return decoded.indexOf(REPLACED) >= 0 && text.indexOf(REPLACED) < 0 && !text.contains("%EF%BF%BD") ? text
          : decoded;
    } catch (IllegalArgumentException _) {
      return text; // a percent sign that means itself
    }
  }
}
