package io.packice.cli.serve;

import io.packice.cli.command.CliException;
import io.packice.cli.command.Failures;
import io.packice.storage.config.Spelling;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.NodeType;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Settings in a YAML file, by the names of the options. A value is taken as it is written, so that {@code 0660} stays what it looks like. */
final class ConfigFile {
  /**
   * One of them.
   *
   * @param text the value; of a list, the values with commas between them
   * @param line where it stands, from 1
   */
  record Entry(String text, int line) {
  }

  private final Path path;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ConfigFile(Path path) {
    this.path = path;
  }

  /** Reads one; it may have these names and no others. */
  static ConfigFile read(Path path, Set<String> names) {
    ConfigFile file = new ConfigFile(path);
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(path.toString()).setAllowNonScalarKeys(true).build();
      Optional<Node> root = new Compose(settings).composeString(Files.readString(path));
      if (root.isPresent() && !root.get().getTag().equals(Tag.NULL)) {
        file.take(root.get(), names);
      }
      return file;
    } catch (CharacterCodingException e) {
      throw new CliException("Cannot read " + path + ": it is not UTF-8 text", e);
    } catch (IOException e) {
      String reason = Files.isDirectory(path) ? "it is a folder" : Failures.reasonOf(e);
      throw new CliException("Cannot read " + path + ": " + reason + "; give a YAML file with settings", e);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new CliException("Cannot read " + path + ", line " + line + ": " + e.getProblem() + "; it must be YAML", e);
    } catch (YamlEngineException e) {
      throw new CliException("Cannot read " + path + ": " + e.getMessage() + "; it must be YAML", e);
    }
  }

  private void take(Node root, Set<String> names) {
    if (!(root instanceof MappingNode mapping)) {
      throw refusal(root, "it has no settings; write one on each line, such as memory: 4g");
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      String name = key instanceof ScalarNode scalar ? scalar.getValue() : "a " + kind(key);
      if (!names.contains(name)) {
        String nearest = Spelling.nearest(name, names);
        throw refusal(key, "unknown setting '" + name + "'"
            + (nearest == null ? "; the settings are " + String.join(", ", names) : "; did you mean " + nearest + "?"));
      }
      Entry before = entries.put(name, new Entry(text(name, tuple.getValueNode()), line(key)));
      if (before != null) {
        throw refusal(key, name + " stands on line " + before.line + " already; write it once");
      }
    }
  }

  private String text(String name, Node value) {
    if (value instanceof SequenceNode list) {
      StringJoiner joined = new StringJoiner(",");
      list.getValue().forEach(each -> joined.add(scalar(name, each)));
      return joined.toString();
    }
    return scalar(name, value);
  }

  private String scalar(String name, Node value) {
    if (!(value instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL) || scalar.getValue().isBlank()) {
      throw refusal(value, name + " has " + (value instanceof ScalarNode ? "no value" : "a " + kind(value))
          + "; write such as " + name + ": VALUE");
    }
    return scalar.getValue();
  }

  private static String kind(Node node) {
    return node.getNodeType() == NodeType.MAPPING ? "mapping" : "list";
  }

  private CliException refusal(Node at, String why) {
    return new CliException("Cannot read " + path + ", line " + line(at) + ": " + why, null);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  /** What it says of a setting; null if nothing. */
  @Nullable
  String text(String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : entry.text;
  }

  /** Where it says so. */
  String place(String name) {
    return path + ", line " + Objects.requireNonNull(entries.get(name)).line;
  }
}
