package io.packice.cli;

import io.packice.cli.command.Arguments;
import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.Console;

import io.packice.cli.command.Failures;
import io.packice.cli.serve.ServerLogManager;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/**
 * The {@code packice} command. It exits with 0 if it did what was asked, 1 if that was refused, 2 if the command line was wrong; a peer
 * that a signal stops exits as is usual for that signal (130, 143).
 */
@Command(name = "packice", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    description = "Shared memory for machine-learning data on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:refused; one line on standard error says why and what to do", "2:wrong command line"},
    footerHeading = "%nEnvironment:%n",
    footer = {"  PACKICE_SOCKET   the peer's socket, where no --socket is given",
        "  PACKICE_PEER     the same for any address: http://HOST:PORT, with PACKICE_TOKEN_FILE and PACKICE_TLS_TRUST",
        "  PACKICE_MOUNTS   a file with mounts, where no --mounts is given",
        "  PACKICE_DEBUG    if set, failures show their stack trace, as with --debug", ""})
public final class Main implements Runnable {
  private static final String LOG_MANAGER = "java.util.logging.manager";

  private final Console console;

  private Main(Console console) {
    this.console = console;
  }

  /**
   * Runs one command and exits with its status.
   *
   * @param args the subcommand and its options
   */
  public static void main(String[] args) {
    chooseLogManager();
    System.exit(runAsGiven(args, Console.system()));
  }

  private static int runAsGiven(String[] args, Console console) {
    try {
      return run(Arguments.utf8(args), console);
    } catch (IOException | IllegalArgumentException e) {
      new Failures(console, false).print(e);
      return Failures.USAGE;
    }
  }

  /** Unless the user wants another one. The JDK looks once, when its own class is loaded, which a call of ours would do. */
  private static void chooseLogManager() {
    if (System.getProperty(LOG_MANAGER) == null) {
      System.setProperty(LOG_MANAGER, ServerLogManager.class.getName());
    }
  }

  /** Runs one command in this process. */
  static int run(String[] args, Console console) {
    CommandLine line = new CommandLine(new Main(console));
    Commands.addTo(line, args, console);
    Converters.registerIn(line);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(console.outIsTerminal() ? Ansi.ON : Ansi.OFF));
    line.setOut(console.helpWriter());
    line.setErr(console.errWriter());
    line.setExecutionExceptionHandler((failure, command, _) -> failuresOf(command, console).report(failure));
    line.setParameterExceptionHandler((failure, _) -> new Failures(console, false).reportUsage(failure));
    try {
      int status = line.execute(args);
      console.flush();
      return status;
    } catch (IOException | Error e) {
      return new Failures(console, false).report(e);
    }
  }

  private static Failures failuresOf(CommandLine command, Console console) {
    return command.getCommand() instanceof BaseCommand base ? base.failures() : new Failures(console, false);
  }

  @Override
  public void run() {
    CommandLine all = new CommandLine(this);
    Commands.addAllTo(all, console);
    all.usage(console.helpWriter());
  }

  /** Reads the version that Maven wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      var properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      }
      return new String[] {"packice " + properties.getProperty("version")};
    }
  }
}
