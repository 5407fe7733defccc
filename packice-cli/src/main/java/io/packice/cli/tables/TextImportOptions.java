package io.packice.cli.tables;

import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.JsonFormat;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How files of text are written, and what their values mean, as it was said. */
final class TextImportOptions {
  private static final char NONE = '\0';

  @Option(names = "--separator", paramLabel = "CHAR",
      description = "Of CSV: what is between fields, such as ';' or tab; otherwise found out among , tab ; and |. Files called .tsv"
          + " have tabs.") private @Nullable Separator separator;

  @Option(names = "--quote", paramLabel = "CHAR", converter = Mark.class,
      description = "Of CSV: what fields may stand in; none if quotes are text (default: \").") private @Nullable Character quote;

  @Option(names = "--comment", paramLabel = "CHAR", converter = Mark.class,
      description = "Of CSV: lines that begin with it are no rows, such as '#'.") private @Nullable Character comment;

  @Option(names = "--encoding", paramLabel = "NAME", converter = Encoding.class,
      description = "Of CSV: such as windows-1252 or UTF-16; otherwise UTF-8, unless a byte order mark says UTF-16.") private @Nullable Charset encoding;

  @Option(names = "--skip-lines", paramLabel = "COUNT",
      description = "Of CSV: leave out so many lines before the names of the columns.") private @Nullable Integer skipLines;

  @Option(names = "--no-header",
      description = "Of CSV: the first line is a row; the columns are called c1, c2, …, with --append as the table's.") private boolean noHeader;

  @Option(names = "--decimal", paramLabel = "CHAR", converter = Mark.class,
      description = "Of CSV: what is before the fraction of a number, such as ',' (default: .).") private @Nullable Character decimal;

  @Option(names = "--nulls", paramLabel = "TEXT,…",
      description = "Of CSV: these fields are null, in all columns, and no others; otherwise empty ones, and NA, N/A, NULL, None, \\N and"
          + " the like in columns of numbers, dates, times or booleans.") private @Nullable String nulls;

  @Option(names = "--types", paramLabel = "COLUMN=TYPE,…",
      description = "Of CSV and JSON lines: types of columns, the others' are found out: int8 to uint64, float16 to float64,"
          + " decimal(10,2), bool, text, binary, date, time(ms), timestamp, duration(ms).") private @Nullable ColumnTypes types;

  @Option(names = "--lines", paramLabel = "COUNT",
      description = "Of JSON lines: choose types by so many of each file; otherwise by all.") private @Nullable Long lines;

  @Option(names = "--max-columns", paramLabel = "COUNT",
      description = "Of CSV: how many columns a file may have (default: 131072).") private @Nullable Integer maxColumns;

  @Option(names = "--max-cell", paramLabel = "COUNT",
      description = "Of CSV and JSON lines: how many characters a value may have (default: 64000000).") private @Nullable Integer maxCell;

  /** One character; {@code tab} and {@code none} are awkward to type. */
  static final class Mark implements ITypeConverter<Character> {
    @Override
    public Character convert(String text) {
      if (text.equals("none")) {
        return NONE;
      }
      if (text.equals("tab") || text.equals("\\t")) {
        return '\t';
      }
      if (text.length() != 1 || Character.isLetterOrDigit(text.charAt(0))) {
        throw new IllegalArgumentException("Cannot use \"" + text
            + "\" as a mark of CSV; give one character such as ';' or '#', or tab, but no letter or digit");
      }
      return text.charAt(0);
    }
  }

  /** By its name. */
  static final class Encoding implements ITypeConverter<Charset> {
    @Override
    public Charset convert(String text) {
      try {
        return Charset.forName(text);
      } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
        throw new IllegalArgumentException("Cannot use \"" + text
            + "\" as an encoding; give one such as UTF-8, UTF-16, ISO-8859-1, windows-1252 or Shift_JIS", e);
      }
    }
  }

  /** Refuses what cannot be, whatever the files are. */
  void requireSense(CommandLine line) {
    try {
      CsvFormat _ = csv();
      JsonFormat _ = json();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line, String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether something was said that only text can have which no look at its bytes would know. */
  boolean saysCsv() {
    return encoding != null;
  }

  /** An option that files of a format have no use for; null if there is none. */
  @Nullable
  String misplaced(FileFormat format) {
    Map<String, Boolean> ofCsv = new LinkedHashMap<>();
    ofCsv.put("--separator", separator != null);
    ofCsv.put("--quote", quote != null);
    ofCsv.put("--comment", comment != null);
    ofCsv.put("--encoding", encoding != null);
    ofCsv.put("--skip-lines", skipLines != null);
    ofCsv.put("--no-header", noHeader);
    ofCsv.put("--decimal", decimal != null);
    ofCsv.put("--nulls", nulls != null);
    ofCsv.put("--max-columns", maxColumns != null);
    Map<String, Boolean> ofText = new LinkedHashMap<>();
    ofText.put("--types", types != null);
    ofText.put("--max-cell", maxCell != null);
    String csv = format == FileFormat.csv ? null : said(ofCsv, "CSV", format);
    String text = format == FileFormat.csv || format == FileFormat.jsonl
        ? null
        : said(ofText, "CSV and JSON lines", format);
    String json = format == FileFormat.jsonl ? null : said(Map.of("--lines", lines != null), "JSON lines", format);
    return csv != null ? csv : text != null ? text : json;
  }

  private static @Nullable String said(Map<String, Boolean> options, String of, FileFormat format) {
    return options.entrySet().stream().filter(Map.Entry::getValue)
        .map(option -> option.getKey() + " is for " + of + ", and this is " + format).findFirst().orElse(null);
  }

  /**
   * CSV as it was said to be.
   *
   * @throws IllegalArgumentException if what was said contradicts itself
   */
  CsvFormat csv() {
    CsvFormat format = CsvFormat.standard();
    format = separator == null ? format : format.withSeparator(separator.character());
    format = comment == null || comment == NONE ? format : format.withComment(comment);
    format = decimal == null ? format : format.withDecimal(decimal);
    format = skipLines == null ? format : format.withSkippedLines(skipLines);
    format = encoding == null ? format : format.withEncoding(encoding);
    format = noHeader ? format.withoutHeader() : format;
    format = nulls == null ? format : format.withNulls(new HashSet<>(List.of(nulls.split(",", -1))));
    format = types == null ? format : format.withTypes(types.byName());
    format = maxColumns == null ? format : format.withMaxColumns(maxColumns);
    format = maxCell == null ? format : format.withMaxCell(maxCell);
    if (quote == null) {
      return format;
    }
    return quote == NONE ? format.withoutQuotes() : format.withQuote(quote);
  }

  /**
   * JSON lines as they were said to be.
   *
   * @throws IllegalArgumentException if that cannot be
   */
  JsonFormat json() {
    if (lines != null && lines < 1) {
      throw new IllegalArgumentException("--lines must be 1 or more, not " + lines);
    }
    JsonFormat format = lines == null ? JsonFormat.standard() : JsonFormat.standard().withLines(lines);
    format = types == null ? format : format.withTypes(types.byName());
    return maxCell == null ? format : format.withMaxCell(maxCell);
  }
}
