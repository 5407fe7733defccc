package io.packice.arrow.text;

import io.packice.arrow.ImportException;
import io.packice.arrow.ImportSource;
import io.packice.arrow.ImportStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** A file of JSON objects as it is read: one on each line, or all in one array. For one thread; whoever opened it closes it. */
final class JsonFile implements AutoCloseable {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String name;
  private final JsonParser parser;

  private JsonFile(String name, JsonParser parser) {
    this.name = name;
    this.parser = parser;
  }

  static JsonFile open(ImportSource source, LongConsumer read) throws IOException {
    ImportStream in;
    try {
      in = ImportStream.open(source, read);
    } catch (EOFException | ZipException damage) {
      throw CsvFile.damaged(source.name(), damage);
    }
    try {
      return new JsonFile(source.name(), FACTORY.createParser(ObjectReadContext.empty(), in)); // which closes the stream
    } catch (JacksonException e) {
      in.close();
      throw explain(source.name(), 1, e);
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  /** What messages call it. */
  String name() {
    return name;
  }

  /** Where the current value begins. */
  long line() {
    return parser.currentTokenLocation().getLineNr();
  }

  /** How much of it, unzipped, has been read. */
  long position() {
    return parser.currentLocation().getByteOffset();
  }

  /** Something is wrong with the current value. */
  ImportException problem(String column, String what) {
    return new ImportException("Cannot import " + name + ": line " + line() + ", column " + column + ": " + what);
  }

  /** Goes to the next object; false behind the last. */
  boolean nextRow() throws IOException {
    for (JsonToken token = next(); token != null; token = next()) {
      switch (token) {
        case START_OBJECT -> {
          return true;
        }
        case START_ARRAY, END_ARRAY -> {
          if (parser.streamReadContext().getNestingDepth() > 1) {
            throw noObject();
          }
        }
        default -> throw noObject();
      }
    }
    return false;
  }

  private ImportException noObject() {
    return new ImportException("Cannot import " + name + ": line " + line()
        + " has something else than a JSON object, which a row is");
  }

  /** Goes to the next token; null behind the last. */
  @Nullable
  JsonToken next() throws IOException {
    try {
      return parser.nextToken();
    } catch (JacksonException e) {
      throw explain(name, line(), e);
    }
  }

  /** The name or value that the current token is. */
  String text() throws IOException {
    try {
      return parser.getString();
    } catch (JacksonException e) {
      throw explain(name, line(), e);
    }
  }

  private static IOException explain(String name, long line, JacksonException e) {
    return switch (e) {
      case JacksonIOException io when io.getCause() instanceof EOFException
          || io.getCause() instanceof ZipException -> CsvFile.damaged(name, io.getCause());
      case JacksonIOException io when io.getCause() != null
          && !(io.getCause() instanceof CharConversionException) -> new IOException(io.getCause().getMessage(), io);
      default -> new ImportException("Cannot import " + name + ": line "
          + (e.getLocation() == null ? line : e.getLocation().getLineNr()) + " is not JSON (" + e.getOriginalMessage()
          + "); correct it", e);
    };
  }

  @Override
  public void close() {
    parser.close();
  }
}
