package io.packice.cli.serve;

import io.packice.cli.command.Console;
import io.packice.cli.command.GivenPath;
import io.packice.storage.config.Spelling;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where settings come from that the command line does not give: the environment, then a file. A setting is an option of {@code serve}: {@code
 * --data-dir} is {@code PACKICE_DATA_DIR} in the environment and {@code data-dir} in the file.
 */
final class SettingSources implements IDefaultValueProvider {
  static final String DEFAULT = "default";

  private static final String CONFIG = "--config";
  private static final String PREFIX = "PACKICE_";
  /** Options that say how to run once, not how to serve. */
  private static final Set<String> NO_SETTINGS = Set.of("config", "json", "debug", "help", "with-parent");
  /** What else is called like a setting: the launcher's, {@code --debug}'s, and the clients'. */
  private static final Set<String> OTHER_VARIABLES = Set.of("PACKICE_CONFIG", "PACKICE_DEBUG", "PACKICE_JAVA_OPTS",
      "PACKICE_PEER", "PACKICE_TLS_TRUST");

  private final Console console;
  private @Nullable ConfigFile file;
  private boolean isFileRead;

  SettingSources(Console console) {
    this.console = console;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || !isSetting(option)
        || option.command().commandLine().isUsageHelpRequested()) {
      return null;
    }
    String name = name(option);
    String value = console.variable(variable(name));
    if (value != null) {
      return value;
    }
    ConfigFile settings = file(option.command());
    return settings == null ? null : settings.text(name);
  }

  private @Nullable ConfigFile file(CommandSpec command) {
    if (!isFileRead) {
      isFileRead = true;
      Path path = command.findOption(CONFIG).getValue();
      String variable = console.variable(variable("config"));
      if (path == null && variable != null) {
        path = GivenPath.of(variable);
      }
      file = path == null ? null : ConfigFile.read(path.toAbsolutePath().normalize(), names(command));
    }
    return file;
  }

  /** The settings of a command, in the order of its help. */
  static Set<String> names(CommandSpec command) {
    return command.options().stream().filter(SettingSources::isSetting).map(SettingSources::name)
        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
  }

  private static boolean isSetting(OptionSpec option) {
    return !option.hidden() && !NO_SETTINGS.contains(name(option));
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Where a setting's value came from: such as {@code --memory}, {@code $PACKICE_MEMORY}, {@code /etc/packice.yaml, line 3}, {@value #DEFAULT}. */
  String origin(CommandSpec command, String name) {
    OptionSpec option = command.findOption("--" + name);
    if (command.commandLine().getParseResult().hasMatchedOption(option)) {
      return "--" + name;
    }
    if (console.variable(variable(name)) != null) {
      return "$" + variable(name);
    }
    ConfigFile settings = file(command);
    return settings == null || settings.text(name) == null ? DEFAULT : settings.place(name);
  }

  /** How to speak of a setting to whoever gave it. */
  String subject(CommandSpec command, String name) {
    String origin = origin(command, name);
    return origin.startsWith("-") || origin.startsWith("$") || origin.equals(DEFAULT) ? origin.equals(DEFAULT)
        ? "--" + name
        : origin : name + " (" + origin + ")";
  }

  /** Variables that look like a setting with a slip of the pen; others may have the prefix for reasons of their own. */
  List<String> misspelt(CommandSpec command) {
    Set<String> known = new TreeSet<>(OTHER_VARIABLES);
    names(command).forEach(name -> known.add(variable(name)));
    return console.variables().stream()
        .filter(variable -> variable.startsWith(PREFIX) && !known.contains(variable))
        .filter(variable -> known.stream().anyMatch(each -> Spelling.distance(variable, each) <= 2))
        .map(variable -> "Cannot tell what $" + variable + " is; did you mean $"
            + Objects.requireNonNull(Spelling.nearest(variable, known)) + "?")
        .sorted().toList();
  }
}
