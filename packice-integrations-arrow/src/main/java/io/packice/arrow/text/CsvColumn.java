package io.packice.arrow.text;

import java.util.EnumSet;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What the values of a column of CSV have been so far. For one thread at a time. */
final class CsvColumn {
  private static final String TYPED = "0123456789+-. \ttTfFnNiI"; // what values of another type than text begin with

  private final String name;
  private final CsvFile.Reading reading;
  private final EnumSet<TextType> fitting = EnumSet.allOf(TextType.class);
  private long values;
  private long typed;
  private long chars;
  private @Nullable Place first;
  private @Nullable Place odd;

  CsvColumn(String name, CsvFile.Reading reading) {
    this.name = name;
    this.reading = reading;
  }

  /** Where a value stands. */
  private record Place(String value, long line, CsvFile.Reading reading) {
    @Override
    public String toString() {
      return "\"" + TextValue.shortened(value) + "\" in line " + line + " of " + reading.source();
    }
  }

  void look(String value, long line) {
    values++;
    chars += value.length();
    if (first == null) {
      first = new Place(value, line, reading);
    }
    if (fitting.size() > 1) {
      narrow(value);
      if (fitting.size() > 1) {
        typed++;
      } else {
        odd = new Place(value, line, reading);
      }
    } else if (TYPED.indexOf(value.charAt(0)) >= 0 && isTyped(value)) {
      typed++;
    }
  }

  private void narrow(String value) {
    for (TextType type : TextType.values()) {
      if (fitting.contains(type) && !accepts(type, value)) {
        fitting.remove(type);
      }
    }
  }

  private boolean accepts(TextType type, String value) {
    return type.accepts(type.isNumber() ? reading.number(value) : value);
  }

  private boolean isTyped(String value) {
    for (TextType type : TextType.values()) {
      if (type != TextType.TEXT && accepts(type, value)) {
        return true;
      }
    }
    return false;
  }

  /** Adds what another file's column has been. */
  void add(CsvColumn other) {
    boolean wasTyped = fitting.size() > 1;
    fitting.retainAll(other.fitting);
    values += other.values;
    typed += other.typed;
    chars += other.chars;
    if (wasTyped && fitting.size() == 1) {
      odd = other.odd == null ? other.first : other.odd;
    }
    first = first == null ? other.first : first;
  }

  /** How long its values are together; each char is a byte of UTF-8, or more. */
  long chars() {
    return chars;
  }

  Field field() {
    ArrowType type = (values == 0 ? TextType.TEXT : TextType.narrowest(fitting)).arrow();
    return Field.nullable(name, type);
  }

  /** Why it is of text, if most of its values, or all before that one, could be something else. */
  @Nullable
  String whyText() {
    Place place = odd;
    return place == null || typed == 0 || (2 * typed < values && place.equals(first))
        ? null
        : "column " + name + " is text because of " + place + "; if it should be another type, say --types " + name
            + "=TYPE, or which values are null (--nulls)";
  }
}
