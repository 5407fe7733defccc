package io.packice.storage.config;

import io.packice.core.JsonTrouble;
import io.packice.core.OwnJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** Configurations as text: JSON, and YAML where its parser is on the class path. */
public final class ConfigText {
  private static final JsonMapper JSON =
      JsonMapper.builder(OwnJson.FACTORY).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ConfigText() {
  }

  /**
   * Reads mounts written in JSON.
   *
   * @param text the text
   * @return the mounts
   * @throws IllegalArgumentException if it is no JSON, or no mounts
   */
  public static List<MountSettings> json(String text) {
    try {
      return MountSettings.listOf(JSON.readValue(text, Object.class));
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new IllegalArgumentException(
          "Cannot read mounts, line " + line + ": it is no JSON (" + kindOf(e) + "); correct it");
    }
  }

  /** Jackson quotes what it read, which may be a secret. */
  private static String kindOf(JacksonException failure) {
    String trouble = JsonTrouble.of(failure);
    return trouble.startsWith("the field ") || trouble.startsWith("it ends") || trouble.startsWith("more than ")
        ? trouble : "not well-formed";
  }

  /**
   * Reads mounts written in YAML, of which JSON is a part.
   *
   * @param text the text
   * @return the mounts
   * @throws IllegalArgumentException if it is no YAML, or no mounts, or there is no parser of YAML: add {@code org.snakeyaml:snakeyaml-engine}
   */
  public static List<MountSettings> yaml(String text) {
    try {
      return MountSettings.listOf(YamlTree.of(text));
    } catch (NoClassDefFoundError e) {
      throw new IllegalArgumentException(
          "Cannot read mounts in YAML: its parser is not here; add org.snakeyaml:snakeyaml-engine, or write JSON", e);
    }
  }

  /**
   * Reads mounts from a file: JSON if its name ends with {@code .json}, else YAML.
   *
   * @param file the file, in UTF-8
   * @return the mounts
   * @throws IllegalArgumentException if it cannot be read or says something else
   */
  public static List<MountSettings> file(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "Cannot read " + file + ": it is not UTF-8 text; give a YAML or JSON file with mounts", e);
    } catch (IOException e) {
      String why = e instanceof NoSuchFileException ? "no such file" : Files.isDirectory(file) ? "it is a folder"
          : "it cannot be read";
      throw new IllegalArgumentException("Cannot read " + file + ": " + why + "; give a YAML or JSON file with mounts",
          e);
    }
    return file.toString().endsWith(".json") ? json(text) : yaml(text);
  }
}
