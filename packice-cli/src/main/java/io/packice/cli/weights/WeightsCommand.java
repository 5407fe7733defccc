package io.packice.cli.weights;

import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.Console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code packice weights}: a command for each thing that one does with weights. */
@Command(name = "weights",
    description = "Import, list and export the weights of models, which all processes of this host share.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"  packice weights import model.safetensors bert", "  packice weights ls",
        "  packice weights export bert copy.safetensors"})
public final class WeightsCommand extends BaseCommand {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public WeightsCommand(Console console) {
    super(console);
  }

  /**
   * What stands behind it, in the order of the help.
   *
   * @return a new command for each name
   */
  public Map<String, Object> subcommands() {
    Map<String, Function<Console, Object>> constructors = new LinkedHashMap<>();
    constructors.put("import", WeightsImportCommand::new);
    constructors.put("ls", WeightsListCommand::new);
    constructors.put("export", WeightsExportCommand::new);
    Map<String, Object> commands = new LinkedHashMap<>();
    constructors.forEach((name, constructor) -> commands.put(name, constructor.apply(console)));
    return commands;
  }

  @Override
  protected int run() {
    throw new ParameterException(spec.commandLine(), "It does nothing by itself: say import, ls or export");
  }
}
