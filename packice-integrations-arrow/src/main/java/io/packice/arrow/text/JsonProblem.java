package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
import io.packice.core.JsonTrouble;
import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;

/** Says what a parser did not like about a file, in words that do not presume its settings. */
final class JsonProblem {
  private static final String LIMIT = "make it less, or raise the limit of a text (--max-cell)";

  private JsonProblem() {
  }

  /** What to throw instead; {@code line} counts if the parser names none. */
  static IOException explain(String source, long line, JacksonException e) {
    if (e instanceof JacksonIOException && e.getCause() instanceof IOException cause) {
      return cause;
    }
    long at = e.getLocation() == null ? line : e.getLocation().getLineNr();
    return new ImportException("Cannot import " + source + ": line " + at + " is not JSON that can be read ("
        + JsonTrouble.of(e) + "); " + (e instanceof StreamConstraintsException ? LIMIT : "correct it"), e);
  }
}
