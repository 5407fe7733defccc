package io.packice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code packice} command. */
@Command(name = "packice", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    description = "Shared memory for machine-learning data on the JVM.")
public final class Main implements Runnable {
  private Main() {}

  /**
   * Runs one command and exits with its status.
   *
   * @param args the subcommand and its options
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return new CommandLine(new Main()).execute(args);
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
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
