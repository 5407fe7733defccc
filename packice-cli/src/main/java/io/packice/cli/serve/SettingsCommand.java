package io.packice.cli.serve;

import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.Console;

import io.packice.cli.serve.ServeOptions.MisuseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A subcommand that is about the settings of a peer. */
public abstract class SettingsCommand extends BaseCommand {
  final SettingSources sources;

  @Mixin private final ServeOptions options = new ServeOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  /**
   * One setting.
   *
   * @param name its name in a file, and behind two dashes on the command line
   * @param text its effective value; null if it does not apply
   * @param origin where that came from
   */
  record Setting(String name, @Nullable String text, String origin) {
  }

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  protected SettingsCommand(Console console) {
    super(console);
    this.sources = new SettingSources(console);
  }

  /**
   * Where settings come from that the command line does not give.
   *
   * @return which asks the environment, then the file
   */
  public final IDefaultValueProvider defaults() {
    return sources;
  }

  @Override
  protected final String origin(String option) {
    String name = option.replaceFirst("^--", "");
    String origin = sources.origin(spec, name);
    return origin.startsWith("-") || origin.equals(SettingSources.DEFAULT) ? "" : " (" + name + " in " + origin + ")";
  }

  /**
   * The settings as a whole.
   *
   * @return checked as a whole
   */
  protected final Settings settings() {
    try {
      return options.settings(address(), console, !isFromEnvironment("token-file"));
    } catch (MisuseException e) {
      throw new ParameterException(spec.commandLine(), sources.subject(spec, e.setting) + " " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether a setting is that of an environment variable. */
  final boolean isFromEnvironment(String name) {
    return sources.origin(spec, name).startsWith("$");
  }

  /** The same one by one. */
  final List<Setting> list(Settings settings) {
    List<Setting> list = new ArrayList<>();
    for (Map.Entry<String, @Nullable String> each : settings.texts().entrySet()) {
      list.add(new Setting(each.getKey(), each.getValue(), sources.origin(spec, each.getKey())));
    }
    return list;
  }
}
