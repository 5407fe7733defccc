package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportSource;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * A file of JSON objects as it is read: one on each line, or all in one array. NaN and Infinity are numbers, as Python writes them. For one thread;
 * whoever opened it closes it.
 */
final class JsonFile implements AutoCloseable {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** Fields of CSV are as long as they may be already. */
  private static final JsonFactory FIELDS = FACTORY.rebuild()
      .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build();

  private final String name;
  private final JsonParser parser;

  private JsonFile(String name, JsonParser parser) {
    this.name = name;
    this.parser = parser;
  }

  /**
   * Opens a file.
   *
   * @param maxCell how many characters a text may have
   */
  static JsonFile open(ImportSource source, int maxCell, LongConsumer read) throws IOException {
    JsonFactory factory = FACTORY.rebuild()
        .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(maxCell).build()).build();
    TextReader in = TextReader.open(source, "JSON", null, read);
    try {
      return new JsonFile(source.name(), factory.createParser(ObjectReadContext.empty(), in)); // which closes the stream
    } catch (JacksonException e) {
      in.close();
      throw JsonProblem.explain(source.name(), 1, e);
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  /** A field of CSV that is a value of JSON. */
  static JsonFile ofField(String name, String text) {
    return new JsonFile(name, FIELDS.createParser(ObjectReadContext.empty(), text));
  }

  /** What messages call it. */
  String name() {
    return name;
  }

  /** Where the current value begins. */
  long line() {
    return parser.currentTokenLocation().getLineNr();
  }

  /** How many characters of it have been read. */
  long position() {
    return parser.currentLocation().getCharOffset();
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
        + " has something else than a JSON object, which a row is; write an object on each line");
  }

  /** Goes to the next token; null behind the last. */
  @Nullable
  JsonToken next() throws IOException {
    try {
      return parser.nextToken();
    } catch (JacksonException e) {
      throw JsonProblem.explain(name, line(), e);
    }
  }

  /**
   * The name or value that the current token is.
   *
   * @throws ImportException if it has half a character, which no text of a table can hold
   */
  String text() throws IOException {
    try {
      String text = parser.getString();
      JsonToken token = parser.currentToken();
      int lone = token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME ? Surrogates.lone(text) : -1;
      if (lone >= 0) {
        throw problem(Surrogates.escaped(column()), Surrogates.escaped(text.substring(lone, lone + 1))
            + " is half of a character beyond \\uffff; write both halves, or leave it out");
      }
      return text;
    } catch (JacksonException e) {
      throw JsonProblem.explain(name, line(), e);
    }
  }

  /** Goes behind the object or list that the current token begins, if it does. */
  void skip() throws IOException {
    try {
      JsonParser _ = parser.skipChildren();
    } catch (JacksonException e) {
      throw JsonProblem.explain(name, line(), e);
    }
  }

  /** Where the current value stands in its row, as {@code a.b[].c}. */
  private String column() {
    String column = "";
    for (TokenStreamContext at = parser.streamReadContext(); at != null; at = at.getParent()) {
      String dotted = column.isEmpty() || column.startsWith("[") ? column : "." + column;
      if (at.inObject()) {
        column = at.currentName() + dotted;
      } else if (at.inArray() && at.getParent() != null && !at.getParent().inRoot()) {
        column = "[]" + dotted;
      }
    }
    return column;
  }

  @Override
  public void close() {
    parser.close();
  }
}
