package io.packice.djl.weights;

import io.packice.core.JsonTrouble;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Tensors by name, with what their writer says about them, as the JSON that stands in the head of a safetensors file:
 *
 * <pre> {"__metadata__":{"format":"pt"}, "fc.weight":{"dtype":"F32","shape":[10,784],"data_offsets":[0,31360]}, …} </pre>
 *
 * Parsed token by token, with bounds on everything; what comes out is consistent in itself: no name twice, no tensor over another, each exactly as
 * long as its type and shape say.
 *
 * @param metadata what the writer says
 * @param tensors in the order of their offsets
 */
record TensorTable(Map<String, String> metadata, List<WeightTensor> tensors) {
  private static final String METADATA = "__metadata__";
  private static final int MAX_NAME = 50_000;

  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).maxNameLength(MAX_NAME).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  TensorTable {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /**
   * A table that a reader of its JSON would take.
   *
   * @throws DamagedException if names are too long, or no Unicode text, or stand twice, or mean something else; or tensors overlap
   */
  static TensorTable checked(List<WeightTensor> tensors) throws DamagedException {
    for (WeightTensor tensor : tensors) {
      require(!tensor.name().equals(METADATA), "a tensor cannot be called " + METADATA);
      wellFormed(tensor.name());
    }
    return parse(new TensorTable(Map.of(), tensors).toJson());
  }

  /** Where the last tensor ends. */
  long end() {
    return tensors.isEmpty() ? 0 : tensors.getLast().end();
  }

  /**
   * Reads JSON.
   *
   * @throws DamagedException if it is not what stands above
   */
  static TensorTable parse(byte[] json) throws DamagedException {
    if (json.length < 2 || json[0] != '{' || json[1] == 0) { // with a zero it would be UTF-16
      throw new DamagedException("its header does not begin with {, in UTF-8");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<WeightTensor> tensors = new ArrayList<>();
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json)) {
      require(in.nextToken() == JsonToken.START_OBJECT, "its header is not a JSON object");
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = wellFormed(in.currentName());
        if (name.equals(METADATA)) {
          readMetadata(in, metadata);
        } else {
          tensors.add(tensor(in, name));
        }
      }
      require(in.nextToken() == null, "something follows its header's JSON");
    } catch (JacksonException e) {
      throw new DamagedException("its header is not the JSON of tensors: " + JsonTrouble.of(e), e);
    }
    tensors.sort(Comparator.comparingLong(WeightTensor::offset).thenComparingLong(WeightTensor::byteSize));
    requireApart(tensors);
    return new TensorTable(metadata, tensors);
  }

  private static void requireApart(List<WeightTensor> tensors) throws DamagedException {
    for (int i = 1; i < tensors.size(); i++) {
      WeightTensor before = tensors.get(i - 1);
      WeightTensor tensor = tensors.get(i);
      require(before.end() <= tensor.offset(), "its tensors " + WeightTensor.quoted(before.name()) + " and "
          + WeightTensor.quoted(tensor.name()) + " overlap: one ends at " + before.end() + ", the other begins at "
          + tensor.offset());
    }
  }

  private static void readMetadata(JsonParser in, Map<String, String> metadata) throws DamagedException {
    require(in.nextToken() == JsonToken.START_OBJECT, "its " + METADATA + " is not a JSON object");
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = wellFormed(in.currentName());
      require(in.nextToken() == JsonToken.VALUE_STRING, "its " + METADATA + " has something that is not text");
      metadata.put(key, wellFormed(in.getString()));
    }
  }

  private static WeightTensor tensor(JsonParser in, String name) throws DamagedException {
    String what = "tensor " + WeightTensor.quoted(name);
    require(in.nextToken() == JsonToken.START_OBJECT, what + " is not described by a JSON object");
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "dtype" -> dtype = text(in, what);
        case "shape" -> shape = numbers(in, what + "'s shape", WeightTensor.MAX_RANK);
        case "data_offsets" -> offsets = numbers(in, what + "'s data_offsets", 2);
        default -> throw new DamagedException(what + " has an unknown field " + WeightTensor.quoted(field));
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw new DamagedException(
          what + " has no " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
    }
    return tensor(name, what, dtype, shape, offsets);
  }

  private static WeightTensor tensor(String name, String what, String dtype, List<Long> shape, List<Long> offsets)
      throws DamagedException {
    WeightType type = WeightType.named(dtype).orElse(null);
    if (type == null) {
      throw new DamagedException(what + " is of an unknown type " + WeightTensor.quoted(dtype));
    }
    require(offsets.size() == 2, what + "'s data_offsets are not two");
    long begin = offsets.get(0);
    long end = offsets.get(1);
    require(begin <= end, what + " ends at " + end + ", before it begins at " + begin);
    long byteSize;
    try {
      byteSize = WeightTensor.byteSize(type, shape);
    } catch (DamagedException e) {
      throw new DamagedException(what + ": " + e.reason(), e);
    }
    require(byteSize == end - begin, what + " has " + (end - begin) + " bytes, and " + type + " " + shape + " has "
        + byteSize);
    return new WeightTensor(name, type, shape, begin, byteSize);
  }

  /** JSON can escape half a character, which nobody could write again. */
  private static String wellFormed(String text) throws DamagedException {
    require(StandardCharsets.UTF_8.newEncoder().canEncode(text),
        WeightTensor.quoted(text) + " in its header is not Unicode text");
    return text;
  }

  private static String text(JsonParser in, String what) throws DamagedException {
    require(in.currentToken() == JsonToken.VALUE_STRING, what + "'s dtype is not text");
    return in.getString();
  }

  private static List<Long> numbers(JsonParser in, String what, int most) throws DamagedException {
    require(in.currentToken() == JsonToken.START_ARRAY, what + " is not an array");
    List<Long> numbers = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      require(in.currentToken() == JsonToken.VALUE_NUMBER_INT, what + " has something that is not an integer");
      long number = in.getLongValue();
      require(number >= 0, what + " has a negative number");
      require(numbers.size() < most, what + " has more than " + most + " numbers");
      numbers.add(number);
    }
    return numbers;
  }

  private static void require(boolean condition, String otherwise) throws DamagedException {
    if (!condition) {
      throw new DamagedException(otherwise);
    }
  }

  /** The same as JSON, without white space. */
  byte[] toJson() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartObject();
      if (!metadata.isEmpty()) {
        out.writeObjectPropertyStart(METADATA);
        metadata.forEach(out::writeStringProperty);
        out.writeEndObject();
      }
      for (WeightTensor tensor : tensors) {
        out.writeObjectPropertyStart(tensor.name());
        out.writeStringProperty("dtype", tensor.type().name());
        out.writeArrayPropertyStart("shape");
        tensor.shape().forEach(out::writeNumber);
        out.writeEndArray();
        out.writeArrayPropertyStart("data_offsets");
        out.writeNumber(tensor.offset());
        out.writeNumber(tensor.end());
        out.writeEndArray();
        out.writeEndObject();
      }
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
