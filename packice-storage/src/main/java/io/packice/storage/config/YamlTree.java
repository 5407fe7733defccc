package io.packice.storage.config;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML as lists, maps and scalars; the one class that needs its parser. */
final class YamlTree {
  private YamlTree() {
  }

  static Object of(String text) {
    try {
      Object tree = new Load(LoadSettings.builder().setLabel("mounts").build()).loadFromString(text);
      return tree == null ? "" : tree;
    } catch (MarkedYamlEngineException e) { // whose message quotes the text, and so its secrets
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new IllegalArgumentException(
          "Cannot read mounts, line " + line + ": it is no YAML (" + e.getProblem() + "); correct it");
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("Cannot read mounts: it is no YAML; correct it");
    }
  }
}
