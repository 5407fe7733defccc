package io.packice.arrow.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema in its three forms, which differ where a field is dictionary-encoded, at whatever depth:
 *
 * @param messages as IPC and the manifest keep it: the field has the type of its values, and the encoding beside it
 * @param vectors as vectors have it: the field has the type of its indices
 * @param plain decoded: the field has the type of its values, and no encoding
 * @param dictionaries what the fields refer to, by id; what another's values refer to comes before it
 */
public record EncodedSchema(Schema messages, Schema vectors, Schema plain, Map<Long, Values> dictionaries) {
  /** Of columns without encodings. */
  public static final DictionaryProvider NO_DICTIONARIES = new MapDictionaryProvider();

  /**
   * The values of a dictionary: how the first field that refers to them does so, and their own field, as vectors have it.
   *
   * @param encoding how they are referred to
   * @param field their own
   */
  public record Values(DictionaryEncoding encoding, Field field) {
    /**
     * The values as a batch of one column.
     *
     * @return the schema
     */
    public Schema schema() {
      return new Schema(List.of(field));
    }
  }

  /** A provider that knows the fields of its values as they were called; vectors forget what the elements of lists are called. */
  public interface NamedValues {
    /**
     * The field of a dictionary's values, as vectors have it; null if that is not known.
     *
     * @param id the dictionary's
     * @return the field, or null
     */
    @Nullable
    Field valueField(long id);
  }

  /**
   * From the form that messages have.
   *
   * @param messages the columns in the form that messages have
   * @return all three forms
   * @throws Damage if there cannot be such columns ({@link SchemaCheck}), two fields use one id for values of different types, or values refer to themselves
   */
  public static EncodedSchema ofMessages(Schema messages) {
    SchemaCheck.require(messages.getFields());
    Walk walk = new Walk();
    Schema vectors = map(messages, walk::vectors);
    return new EncodedSchema(messages, vectors, map(messages, EncodedSchema::plain), walk.dictionaries);
  }

  /**
   * From the form that vectors have.
   *
   * @param vectors the columns in the form that vectors have
   * @param provider has the dictionaries that they refer to
   * @return all three forms
   * @throws Damage if the provider lacks a dictionary, or what {@link #ofMessages} names
   */
  public static EncodedSchema ofVectors(Schema vectors, DictionaryProvider provider) {
    Set<Long> open = new LinkedHashSet<>();
    return ofMessages(map(vectors, field -> message(field, provider, open)));
  }

  private static Field message(Field field, DictionaryProvider provider, Set<Long> open) {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding == null) {
      return new Field(field.getName(), field.getFieldType(), messages(field, provider, open));
    }
    long id = encoding.getId();
    Field values = values(id, provider);
    Damage.require(values.getDictionary() == null,
        "the values of dictionary " + id + " are indices themselves, which IPC has not");
    requireNoLoop(id, open);
    List<Field> children = messages(values, provider, open);
    open.remove(id);
    return new Field(field.getName(),
        new FieldType(field.isNullable(), values.getType(), encoding, field.getMetadata()), children);
  }

  private static List<Field> messages(Field parent, DictionaryProvider provider, Set<Long> open) {
    return parent.getChildren().stream().map(child -> message(child, provider, open)).toList();
  }

  /**
   * The field of a dictionary's values, as whoever gives them knows it.
   *
   * @param id the dictionary's
   * @param provider has it
   * @return the field, as vectors have it
   * @throws Damage if the provider lacks it
   */
  public static Field values(long id, DictionaryProvider provider) {
    Field known = provider instanceof NamedValues named ? named.valueField(id) : null;
    if (known != null) {
      return known;
    }
    Dictionary dictionary = provider.lookup(id);
    if (dictionary == null) {
      throw new Damage("there is no dictionary " + id);
    }
    return dictionary.getVector().getField();
  }

  private static void requireNoLoop(long id, Set<Long> open) {
    Damage.require(open.add(id), "the values of dictionary " + id + " refer to themselves");
  }

  private static Schema map(Schema schema, Function<Field, Field> function) {
    return new Schema(schema.getFields().stream().map(function).toList(), schema.getCustomMetadata());
  }

  private static Field plain(Field field) {
    return new Field(field.getName(), new FieldType(field.isNullable(), field.getType(), null, field.getMetadata()),
        field.getChildren().stream().map(EncodedSchema::plain).toList());
  }

  /**
   * Whether a field, or one inside of it, is dictionary-encoded.
   *
   * @param field in the form that vectors or messages have
   * @return whether it is
   */
  public static boolean isEncoded(Field field) {
    return field.getDictionary() != null || field.getChildren().stream().anyMatch(EncodedSchema::isEncoded);
  }

  /**
   * The dictionaries that a field, as vectors have it, needs: its own, its children's, and those that the values of these refer to.
   *
   * @param fields in the form that vectors have
   * @return their ids; what another's values refer to comes before it
   */
  public Set<Long> needs(List<Field> fields) {
    Set<Long> ids = new LinkedHashSet<>();
    fields.forEach(field -> addNeeds(field, ids));
    return ids;
  }

  private void addNeeds(Field field, Set<Long> ids) {
    field.getChildren().forEach(child -> addNeeds(child, ids));
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding != null) {
      addNeeds(values(encoding.getId()).field(), ids);
      ids.add(encoding.getId());
    }
  }

  /**
   * What a dictionary has.
   *
   * @param id the dictionary's
   * @return its values' types
   * @throws Damage if there is no such dictionary
   */
  public Values values(long id) {
    Values values = dictionaries.get(id);
    if (values == null) {
      throw new Damage("there is no dictionary " + id);
    }
    return values;
  }

  private static final class EmptyDictionaries extends MapDictionaryProvider implements NamedValues {
    private final Map<Long, Values> values;

    EmptyDictionaries(Map<Long, Values> values) {
      this.values = values;
    }

    @Override
    public @Nullable Field valueField(long id) {
      Values found = values.get(id);
      return found == null ? null : found.field();
    }
  }

  /**
   * Dictionaries of the right types without values; they hold no memory.
   *
   * @param allocator of the vectors
   * @return the dictionaries
   */
  public MapDictionaryProvider emptyDictionaries(BufferAllocator allocator) {
    MapDictionaryProvider empty = new EmptyDictionaries(dictionaries);
    dictionaries
        .forEach((_, values) -> empty.put(new Dictionary(values.field().createVector(allocator), values.encoding())));
    return empty;
  }

  /**
   * Without any encoding.
   *
   * @return a changed copy
   */
  public EncodedSchema decoded() {
    return new EncodedSchema(plain, plain, plain, Map.of());
  }

  /**
   * Without some of the columns, by their names.
   *
   * @param columns those that are left out
   * @return a changed copy
   */
  public EncodedSchema without(List<Field> columns) {
    List<String> names = columns.stream().map(Field::getName).toList();
    return ofMessages(new Schema(
        messages.getFields().stream().filter(field -> !names.contains(field.getName())).toList(),
        messages.getCustomMetadata()));
  }

  /**
   * Compares the values of a dictionary with those that are expected, but for the name of their field.
   *
   * @param id the dictionary's
   * @param expected what they should be
   * @param actual what they are
   * @throws IllegalArgumentException if they are others
   */
  public static void requireSameValues(long id, Field expected, Field actual) {
    Damage.require(haveSameValues(expected, actual), "dictionary " + id + " has values of type " + actual.getType()
        + actual.getChildren() + " instead of " + expected.getType() + expected.getChildren());
  }

  /** Whether vectors of one field may stand for the other's. What the elements of a list are called, a vector does not know. */
  private static boolean haveSameValues(Field one, Field other) {
    List<Field> children = one.getChildren();
    List<Field> others = other.getChildren();
    boolean areNamed = TypeCheck.storage(one.getType()) instanceof ArrowType.Struct;
    return one.getType().equals(other.getType()) && children.size() == others.size()
        && IntStream.range(0, children.size()).allMatch(i -> isSameChild(children.get(i), others.get(i), areNamed));
  }

  private static boolean isSameChild(Field one, Field other, boolean isNamed) {
    return (!isNamed || one.getName().equals(other.getName())) && one.isNullable() == other.isNullable()
        && Objects.equals(one.getDictionary(), other.getDictionary()) && haveSameValues(one, other);
  }

  /**
   * With the ids 0, 1, … in the order of the fields: what two files call the same is compared by this.
   *
   * @param messages the columns in the form that messages have
   * @return the schema with these ids
   */
  public static Renumbered renumbered(Schema messages) {
    return renumbered(messages, new LinkedHashMap<>());
  }

  /**
   * With the ids that fields of the same names have in another schema, as far as there are such.
   *
   * @param messages the columns in the form that messages have
   * @param like the other schema
   * @return the schema with these ids
   */
  public static Renumbered renumbered(Schema messages, EncodedSchema like) {
    Map<Long, Long> ids = new LinkedHashMap<>();
    for (Field field : messages.getFields()) {
      like.messages.getFields().stream().filter(other -> other.getName().equals(field.getName())).findFirst()
          .ifPresent(other -> match(field, other, ids));
    }
    return renumbered(messages, ids);
  }

  private static void match(Field field, Field other, Map<Long, Long> ids) {
    if (field.getDictionary() != null && other.getDictionary() != null
        && !ids.containsValue(other.getDictionary().getId())) {
      ids.putIfAbsent(field.getDictionary().getId(), other.getDictionary().getId());
    }
    for (int i = 0; i < Math.min(field.getChildren().size(), other.getChildren().size()); i++) {
      match(field.getChildren().get(i), other.getChildren().get(i), ids);
    }
  }

  private static Renumbered renumbered(Schema messages, Map<Long, Long> ids) {
    return new Renumbered(ofMessages(map(messages, field -> renumbered(field, ids))), Map.copyOf(ids));
  }

  /**
   * A schema with other ids.
   *
   * @param schema with the new ids
   * @param ids the new ids by the old ones
   */
  public record Renumbered(EncodedSchema schema, Map<Long, Long> ids) {
  }

  private static long free(Collection<Long> taken) {
    long id = 0;
    while (taken.contains(id)) {
      id++;
    }
    return id;
  }

  private static Field renumbered(Field field, Map<Long, Long> ids) {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding != null) {
      long id = ids.computeIfAbsent(encoding.getId(), _ -> free(ids.values()));
      encoding = new DictionaryEncoding(id, encoding.isOrdered(), encoding.getIndexType());
    }
    return new Field(field.getName(),
        new FieldType(field.isNullable(), field.getType(), encoding, field.getMetadata()),
        field.getChildren().stream().map(child -> renumbered(child, ids)).toList());
  }

  /** Turns fields of messages into fields of vectors, and remembers the dictionaries. */
  private static final class Walk {
    private final Map<Long, Values> dictionaries = new LinkedHashMap<>();
    private final Set<Long> open = new LinkedHashSet<>();

    Field vectors(Field field) {
      DictionaryEncoding encoding = field.getDictionary();
      if (encoding == null) {
        return new Field(field.getName(), field.getFieldType(), children(field));
      }
      requireNoLoop(encoding.getId(), open);
      Field values = new Field("DICT" + encoding.getId(), FieldType.nullable(field.getType()), children(field));
      open.remove(encoding.getId());
      Values known = dictionaries.putIfAbsent(encoding.getId(), new Values(encoding, values));
      Damage.require(known == null || haveSameValues(known.field(), values), "column " + field.getName()
          + " has values of another type in dictionary " + encoding.getId() + " than another column");
      return new Field(field.getName(),
          new FieldType(field.isNullable(), encoding.getIndexType(), encoding, field.getMetadata()), null);
    }

    private List<Field> children(Field field) {
      List<Field> children = new ArrayList<>();
      field.getChildren().forEach(child -> children.add(vectors(child)));
      return children;
    }
  }
}
