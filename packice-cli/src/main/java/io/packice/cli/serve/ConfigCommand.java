package io.packice.cli.serve;

import io.packice.cli.command.Console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code packice config}. */
@Command(name = "config",
    description = {"Show the settings that packice serve would have with the same options, and where each comes from.",
        "What it prints is a file for --config. Settings that do not apply are left out there."},
    footer = {"  packice config",
        "  packice config --impl tiered --data-dir /var/lib/packice > packice.yaml",
        "  packice config --config packice.yaml --json"})
public final class ConfigCommand extends SettingsCommand {
  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public ConfigCommand(Console console) {
    super(console);
  }

  @Override
  protected int run() throws IOException {
    List<Setting> all = list(settings());
    if (json()) {
      for (Setting setting : all) {
        printJson(fields(setting));
      }
      return 0;
    }
    List<String> lines = all.stream().filter(setting -> setting.text() != null)
        .map(setting -> setting.name() + ": " + Yaml.scalar(setting.text())).toList();
    int width = lines.stream().mapToInt(String::length).max().orElse(0);
    int next = 0;
    for (Setting setting : all) {
      if (setting.text() != null) {
        console.line(String.format("%-" + width + "s  # %s", lines.get(next++), setting.origin()));
      }
    }
    return 0;
  }

  private static Map<String, @Nullable Object> fields(Setting setting) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", setting.name());
    fields.put("value", setting.text());
    fields.put("origin", setting.origin());
    return fields;
  }
}
