package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** What the values of a column have been so far, and where the first of each kind stood. For one thread at a time. */
final class JsonShape {
  static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");
  private static final int MOST_DIGITS = 76; // of a decimal
  private static final long EXACT_DOUBLE = 1L << 53;

  /** What a value can be; one column's are all of one kind, or null. */
  private enum Kind {
    BOOL, NUMBER, TEXT, OBJECT, LIST;

    @Override
    public String toString() {
      return this == BOOL ? "true or false" : (this == OBJECT ? "an " : "a ") + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where something stands. */
  private record Place(String file, long line) {
    String seenFrom(String other) {
      return "line " + line + (file.equals(other) ? "" : " of " + file);
    }
  }

  private final String column;
  private final Map<String, ArrowType> types;
  private final Map<Kind, Place> kinds = new EnumMap<>(Kind.class);
  private final EnumSet<TextType> texts =
      EnumSet.of(TextType.DATE, TextType.TIMESTAMP, TextType.INSTANT, TextType.TEXT);
  private final Map<String, JsonShape> fields = new LinkedHashMap<>();
  private @Nullable JsonShape element;
  private @Nullable Place fraction;
  private @Nullable Place notFinite;
  private @Nullable Place large;
  private long objects;

  /** {@code types} are given, by columns as messages name them: of values there, only the fields count. */
  JsonShape(String column, Map<String, ArrowType> types) {
    this.column = column;
    this.types = types;
  }

  /** Looks at the value that the file is at, with all that is inside. */
  void look(JsonFile file, @Nullable JsonToken token) throws IOException {
    if (types.containsKey(column)) {
      file.skip();
      return;
    }
    Place here = new Place(file.name(), file.line());
    switch (token) {
      case VALUE_NULL -> {
      }
      case VALUE_TRUE, VALUE_FALSE -> note(Kind.BOOL, here);
      case VALUE_NUMBER_INT -> {
        note(Kind.NUMBER, here);
        integer(file, here);
      }
      case VALUE_NUMBER_FLOAT -> {
        note(Kind.NUMBER, here);
        fraction = fraction == null ? here : fraction;
      }
      case VALUE_STRING -> text(file.text(), here);
      case START_OBJECT -> {
        note(Kind.OBJECT, here);
        lookInside(file);
      }
      case START_ARRAY -> {
        note(Kind.LIST, here);
        for (JsonToken next = file.next(); next != JsonToken.END_ARRAY; next = file.next()) {
          element().look(file, next);
        }
      }
      case null, default -> throw file.problem(column, "no value");
    }
  }

  /** Looks at the fields of the object that the file is in. */
  void lookInside(JsonFile file) throws IOException {
    objects++;
    while (file.next() == JsonToken.PROPERTY_NAME) {
      String name = file.text();
      field(name).look(file, file.next());
    }
  }

  private JsonShape field(String name) {
    return fields.computeIfAbsent(name, _ -> new JsonShape(column.isEmpty() ? name : column + "." + name, types));
  }

  private JsonShape element() {
    JsonShape known = element;
    if (known == null) {
      known = new JsonShape(column + "[]", types);
      element = known;
    }
    return known;
  }

  private void integer(JsonFile file, Place here) throws IOException {
    if (file.text().equals("-0")) {
      fraction = fraction == null ? here : fraction; // which no integer is
      return;
    }
    try {
      long value = Long.parseLong(file.text());
      if (large == null && (value > EXACT_DOUBLE || value < -EXACT_DOUBLE)) {
        large = here;
      }
    } catch (NumberFormatException _) {
      throw file.problem(column, TextValue.shortened(file.text())
          + " does not fit 64 bits; write it as text, in quotes, or say --types " + column + "="
          + roomier(file.text()));
    }
  }

  /** A type that has room for an integer. */
  private static String roomier(String integer) {
    BigInteger value = new BigInteger(integer);
    int digits = value.abs().toString().length();
    if (value.signum() > 0 && value.bitLength() <= Long.SIZE) {
      return "uint64";
    }
    return digits <= MOST_DIGITS ? "decimal(" + digits + ",0)" : "text";
  }

  private void text(String value, Place here) throws ImportException {
    if (NOT_FINITE.contains(value)) {
      notFinite = notFinite == null ? here : notFinite;
      return;
    }
    note(Kind.TEXT, here);
    if (texts.size() > 1) {
      texts.removeIf(type -> !type.accepts(value));
    }
  }

  private void note(Kind kind, Place here) throws ImportException {
    if (kinds.putIfAbsent(kind, here) == null && kinds.size() > 1) {
      for (Map.Entry<Kind, Place> other : kinds.entrySet()) {
        if (other.getKey() != kind) {
          throw new ImportException("Cannot import " + here.file + ": line " + here.line + ", column " + column + ": "
              + kind + ", where " + other.getValue().seenFrom(here.file) + " has " + other.getKey()
              + "; make them one type");
        }
      }
    }
  }

  /** Adds what another file's column has been. */
  void add(JsonShape other) throws ImportException {
    for (Map.Entry<Kind, Place> kind : other.kinds.entrySet()) {
      note(kind.getKey(), kind.getValue());
    }
    texts.retainAll(other.texts);
    objects += other.objects;
    fraction = fraction == null ? other.fraction : fraction;
    notFinite = notFinite == null ? other.notFinite : notFinite;
    large = large == null ? other.large : large;
    for (Map.Entry<String, JsonShape> theirs : other.fields.entrySet()) {
      field(theirs.getKey()).add(theirs.getValue());
    }
    if (other.element != null) {
      element().add(other.element);
    }
  }

  /** How many objects it has looked into. */
  long objects() {
    return objects;
  }

  List<Field> fields() throws ImportException {
    List<Field> all = new ArrayList<>();
    for (Map.Entry<String, JsonShape> field : fields.entrySet()) {
      all.add(field.getValue().field(field.getKey(), List.of()));
    }
    return all;
  }

  /** The columns that were found, as messages name them, into what is given. */
  void names(Set<String> into) {
    if (!column.isEmpty()) {
      into.add(column);
    }
    fields.values().forEach(field -> field.names(into));
    if (element != null) {
      element.names(into);
    }
  }

  private Field field(String name, List<Field> none) throws ImportException {
    ArrowType given = types.get(column);
    if (given != null) {
      return Field.nullable(name, given);
    }
    return switch (kind()) {
      case null ->
          new Field(name, FieldType.nullable(notFinite == null ? TextType.TEXT.arrow() : TextType.FLOAT64.arrow()),
              none);
      case BOOL -> new Field(name, FieldType.nullable(TextType.BOOL.arrow()), none);
      case NUMBER -> new Field(name, FieldType.nullable(number().arrow()), none);
      case TEXT -> new Field(name,
          FieldType.nullable(notFinite == null ? TextType.narrowest(texts).arrow() : TextType.TEXT.arrow()), none);
      case OBJECT -> new Field(name, FieldType.nullable(new ArrowType.Struct()), fields());
      case LIST -> new Field(name, FieldType.nullable(new ArrowType.List()), List.of(element().field("item", none)));
    };
  }

  private @Nullable Kind kind() {
    return kinds.keySet().stream().findFirst().orElse(null);
  }

  private TextType number() throws ImportException {
    Place decimal = fraction == null ? notFinite : fraction;
    if (decimal == null) {
      return TextType.INT64;
    }
    if (large != null) {
      throw new ImportException("Cannot import " + large.file + ": line " + large.line + ", column " + column
          + ": an integer beyond 2^53, which a float64 would round, and " + decimal.seenFrom(large.file)
          + " has a fraction; write them as text, in quotes, or say --types " + column + "=float64, which rounds it");
    }
    return TextType.FLOAT64;
  }
}
