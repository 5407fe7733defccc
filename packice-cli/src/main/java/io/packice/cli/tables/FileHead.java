package io.packice.cli.tables;

import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportStream;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.cli.command.CliException;
import io.packice.cli.command.Failures;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * How a file begins, unzipped if it is gzipped: what it is by its content, and whether its name says the same.
 *
 * @param name the file's
 * @param bytes the first ones, not to be changed
 * @param gzipped whether they were unzipped
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it, and it is not copied
record FileHead(String name, byte[] bytes, boolean gzipped) {
  private static final int BYTES = 4096;
  private static final int SHOWN_BYTES = 4;
  private static final List<String> PAGES = List.of("<!doctype html", "<html", "<?xml");

  /** Reads it; of what can be read only once, it is kept. */
  static FileHead of(ImportSource source) {
    try (ImportStream in = ImportStream.open(source, _ -> {
    })) {
      return new FileHead(source.name(), in.readNBytes(BYTES), in.isGzipped());
    } catch (EOFException | ZipException e) {
      throw new CliException(
          "Cannot import " + source.name() + ": its gzip data is cut short or damaged; get the file anew", e);
    } catch (FileSystemException e) {
      throw new CliException("Cannot read " + e.getFile() + ": " + Failures.reasonAndAdvice(e), e);
    } catch (IOException e) {
      throw new CliException("Cannot read " + source.name() + ": " + Failures.reasonAndAdvice(e), e);
    }
  }

  /** What all of them are. */
  static FileFormat format(List<ImportSource> sources) {
    FileHead first = of(sources.getFirst());
    FileFormat format = first.format();
    for (ImportSource source : sources.subList(1, sources.size())) {
      FileHead head = of(source);
      FileFormat other = head.format();
      if (other != format) {
        throw head.refused("it is " + other + ", and " + first.name + " is " + format
            + "; name files of one kind, or say --format to choose among those of a folder");
      }
    }
    return format;
  }

  /** Refuses what cannot be CSV in any encoding that somebody says. */
  void requireCsv() {
    requireContent();
    FileFormat _ = sound(FileFormat.csv);
  }

  private void requireContent() {
    if (bytes.length == 0) {
      throw refused("it is empty; name another file, or get this one anew");
    }
    if (isPage()) {
      throw refused("it is a page of HTML or XML, as servers send it instead of a file; get the file anew");
    }
  }

  /** What it is, by its name and its content. */
  private FileFormat format() {
    requireContent();
    FileFormat said = FileFormat.named(name);
    FileFormat found = found();
    if (found == null) {
      return format(said);
    }
    if (said != null && said != found) {
      throw refused(
          "its name says " + said + ", and its content " + found + "; rename it, or say --format " + found);
    }
    if (gzipped && (found == FileFormat.parquet || found == FileFormat.arrow)) {
      throw refused("it is gzipped, and " + found + " is read where it lies; gunzip it first");
    }
    return sound(found);
  }

  /** Of text, which its name has to say more of. */
  private FileFormat format(@Nullable FileFormat said) {
    if (said == FileFormat.jsonl) {
      if (text().replaceAll("\\s", "").equals("[]")) {
        throw refused("it has no objects, which rows are; name another file, or get this one anew");
      }
      return sound(said); // what is no JSON after all is refused by its line
    }
    if (said != null && said != FileFormat.csv) {
      throw refused(
          "its name says " + said + ", and its content is text; get it anew, or say --format csv if it is that");
    }
    if (!FileFormat.mayBeCsv(name)) {
      throw refused("it is neither Parquet nor Arrow nor IDX nor JSON lines, and its name does not say CSV (.csv, .tsv,"
          + " .txt); say --format csv if it is that");
    }
    return sound(FileFormat.csv);
  }

  private FileFormat sound(FileFormat format) {
    if (FileFormat.saysGzip(name) && !gzipped) {
      throw refused("its name says gzip, and its content is not gzipped; rename it, or get it anew");
    }
    return format;
  }

  private CliException refused(String why) {
    return new CliException("Cannot import " + name + ": " + why, null);
  }

  /** How many dimensions an IDX file has; 0 if it is none. */
  int idxDimensions() {
    return isIdx() ? bytes[3] : 0;
  }

  // ---- What the content says

  /** Null if it is text that says nothing of itself. */
  private @Nullable FileFormat found() {
    if (isIdx()) {
      return FileFormat.idx;
    }
    if (startsWith("PAR1") || startsWith("PARE")) { // the latter is encrypted, which the import says
      return FileFormat.parquet;
    }
    if (IpcFormat.begins(bytes)) {
      return FileFormat.arrow;
    }
    if (isMarkedUtf16()) {
      return null;
    }
    if (!saysText() ? hasControls() || !isUtf8() : hasControls() && !isUtf8()) {
      throw refused("it is neither Parquet nor Arrow nor IDX nor CSV nor JSON lines, it begins with "
          + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES))
          + "; convert it, say which encoding its text has (--encoding), or say --format if you know better");
    }
    return isJson() ? FileFormat.jsonl : null;
  }

  private boolean startsWith(String magic) {
    return new String(bytes, 0, Math.min(bytes.length, magic.length()), StandardCharsets.ISO_8859_1).equals(magic);
  }

  private boolean isIdx() {
    return bytes.length >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 0x08 && bytes[2] <= 0x0E && bytes[3] > 0;
  }

  private String text() {
    return new String(bytes, StandardCharsets.UTF_8).replace("\uFEFF", "").stripLeading();
  }

  private boolean isPage() {
    String start = text().toLowerCase(Locale.ROOT);
    return PAGES.stream().anyMatch(start::startsWith);
  }

  /** An object, whose first name is in quotes; no line of CSV has these within a field. */
  private boolean isJson() {
    String start = text().replaceAll("\\s", "");
    return start.startsWith("{\"") || start.startsWith("[{\"") || start.startsWith("{}") || start.startsWith("[{}");
  }

  /** Then an import says in which line it is no text, and that there may be another encoding; and a text may have controls, such as colours in a log. */
  private boolean saysText() {
    return FileFormat.mayBeCsv(name) || FileFormat.named(name) == FileFormat.jsonl;
  }

  private boolean isMarkedUtf16() {
    int mark = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << Byte.SIZE | (bytes[1] & 0xFF);
    return mark == 0xFEFF || mark == 0xFFFE;
  }

  private boolean hasControls() {
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') {
        return true;
      }
    }
    return false;
  }

  private boolean isUtf8() {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length + 1), false);
    return !result.isError(); // the last character may be cut in two
  }
}
