package io.packice.djl.weights;

import io.packice.arrow.imports.ImportException;
import io.packice.core.JsonTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON file beside the shards of a model, which says which tensor is in which: {@code {"metadata":{…},"weight_map":{"fc.weight":
 * "model-00001-of-00002.safetensors", …}}}.
 *
 * @param path where it is
 * @param shards file names by names of tensors
 */
record ShardIndex(Path path, Map<String, String> shards) {
  private static final String MAP = "weight_map";
  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads an index.
   *
   * @throws ImportException if it is none, or names files elsewhere than beside it
   */
  static ShardIndex read(Path path) throws IOException {
    WeightsFile.requireContent(path);
    try {
      long size = Files.size(path);
      if (size > SafetensorsFile.MAX_HEADER_BYTES) {
        throw new DamagedException(
            "it has " + size + " bytes, of at most " + SafetensorsFile.MAX_HEADER_BYTES);
      }
      return new ShardIndex(path, parse(Files.readAllBytes(path)));
    } catch (DamagedException e) {
      throw new ImportException(
          "Cannot import " + path + " as an index of shards: " + e.reason()
              + "; name another file, or get this one anew",
          e);
    }
  }

  private static Map<String, String> parse(byte[] json) throws DamagedException {
    Map<String, String> shards = new LinkedHashMap<>();
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json)) {
      require(in.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        in.nextToken();
        if (field.equals(MAP)) {
          readMap(in, shards);
        } else {
          in.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw new DamagedException(
          "it is not JSON: " + JsonTrouble.of(e), e);
    }
    require(!shards.isEmpty(), "it has no " + MAP);
    return shards;
  }

  private static void readMap(JsonParser in, Map<String, String> shards) throws DamagedException {
    require(in.currentToken() == JsonToken.START_OBJECT, "its " + MAP + " is not a JSON object");
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String tensor = in.currentName();
      require(in.nextToken() == JsonToken.VALUE_STRING,
          "its " + MAP + " names no file for " + WeightTensor.quoted(tensor));
      String file = in.getString();
      boolean beside = !file.isBlank() && file.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ')
          && !file.equals(".") && !file.equals("..");
      require(beside, "its " + MAP + " names " + WeightTensor.quoted(file) + ", which is not a file beside it");
      shards.put(tensor, file);
    }
  }

  private static void require(boolean condition, String otherwise) throws DamagedException {
    if (!condition) {
      throw new DamagedException(otherwise);
    }
  }

  /**
   * Opens the shards, each once, in the order of their first tensors, and compares them with the index.
   *
   * @param files gets each as soon as it is open; the caller closes them
   * @throws ImportException if one is missing or not sound, or the index and they do not agree
   */
  void openAll(List<WeightsFile> files) throws IOException {
    List<Path> paths = new LinkedHashSet<>(shards.values()).stream().map(path::resolveSibling).toList();
    List<String> missing =
        paths.stream().filter(Files::notExists).map(shard -> String.valueOf(shard.getFileName())).toList();
    if (!missing.isEmpty()) {
      throw new ImportException("Cannot import " + path + ": of its " + paths.size()
          + (paths.size() == 1 ? " shard, " : " shards, ") + String.join(", ", missing)
          + (missing.size() == 1 ? " is" : " are") + " not beside it; get what is missing, or name another index");
    }
    for (Path shard : paths) {
      files.add(SafetensorsFile.open(shard));
    }
    requireSame(files);
  }

  /**
   * Compares with what the shards have.
   *
   * @throws ImportException if a tensor is missing, or in another shard, or is not in the index
   */
  private void requireSame(List<WeightsFile> files) throws ImportException {
    Set<String> missing = new HashSet<>(shards.keySet());
    List<String> wrong = new ArrayList<>();
    for (WeightsFile file : files) {
      for (WeightTensor tensor : file.table().tensors()) {
        if (!String.valueOf(file.path().getFileName()).equals(shards.get(tensor.name()))) {
          wrong
              .add(WeightTensor.quoted(tensor.name()) + " is in " + file.path().getFileName() + ", and by the index in "
                  + shards.getOrDefault(tensor.name(), "none"));
        }
        missing.remove(tensor.name());
      }
    }
    missing.stream().sorted().forEach(name -> wrong.add(WeightTensor.quoted(name) + " is in no shard"));
    if (!wrong.isEmpty()) {
      throw new ImportException("Cannot import " + path + ": " + wrong.size()
          + (wrong.size() == 1 ? " tensor is" : " tensors are") + " not where it says: "
          + String.join("; ", wrong) + "; get the shards and the index anew, of one version", null);
    }
  }
}
