package io.packice.cli;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice help}: picocli's own finds no commands of commands, such as {@code weights import}. */
@Command(name = "help", helpCommand = true, description = "Show the help of a command.")
final class HelpCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(paramLabel = "COMMAND", arity = "0..*",
      description = "Such as put, or weights import; all of them are listed without one.") private List<String> names =
          List.of();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  @Override
  public void run() {
    CommandLine of = Objects.requireNonNull(spec.parent()).commandLine();
    for (String name : names) {
      @Nullable CommandLine next = of.getSubcommands().get(name);
      if (next == null) {
        throw new ParameterException(of, "Unknown subcommand '" + name + "'");
      }
      of = next;
    }
    of.usage(spec.commandLine().getOut());
  }
}
