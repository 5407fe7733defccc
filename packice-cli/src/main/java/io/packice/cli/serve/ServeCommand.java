package io.packice.cli.serve;

import io.packice.cli.command.Console;
import io.packice.cli.command.Failures;
import io.packice.cli.command.ParentWatch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code packice serve}. */
@Command(name = "serve",
    description = {"Run a peer: hold objects in shared memory, or in files, for the processes of this host.",
        "It prints one line when it is ready, logs to standard error, and stops on Ctrl-C or SIGTERM (exit code 130 or"
            + " 143, as usual; 1 if something could not be kept, which the log names): the socket goes, and what a process has"
            + " mapped stays readable in that process."},
    footer = {"  packice serve",
        "  packice serve --memory 4g --socket /run/packice/packice.sock",
        "  packice serve --impl fs --data-dir /var/lib/packice --disk 100g",
        "  packice serve --impl tiered --data-dir /var/lib/packice --memory 4g --disk 100g",
        "  packice serve --impl shared-fs --data-dir /mnt/team/packice --disk 1t",
        "  packice serve --transport uds,http --http-address 0.0.0.0:7225 --token-file /etc/packice/token",
        "  packice serve --config /etc/packice.yaml"})
public final class ServeCommand extends SettingsCommand {
  @Option(names = "--with-parent", hidden = true,
      description = "End when standard input ends.") private boolean withParent;

  private static final int NOT_ALL_KEPT = 1;

  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public ServeCommand(Console console) {
    super(console);
  }

  @Override
  protected int run() throws IOException {
    Settings settings = settings();
    ServerLog log = ServerLog.toStandardError(console, settings.logLevel(), settings.logFormat());
    log.beginWith(summary(settings));
    sources.misspelt(spec).forEach(log::warn);
    if (settings.http() == null && isFromEnvironment("token-file")) {
      log.info("Not asking for the token of $PACKICE_TOKEN_FILE: nothing is served over HTTP (--transport uds,http)");
    }
    if (withParent) {
      ParentWatch.start(console.in());
    }
    try (ServedPeer served = settings.open();
        Servers servers = Servers.open(served.peer(), settings)) {
      log.begin();
      Thread atExit = new Thread(() -> stop(servers, served, log), "packice-stop");
      Runtime.getRuntime().addShutdownHook(atExit);
      announce(servers, served);
      awaitStop();
      removeHook(atExit);
    }
    return 0;
  }

  /** What was chosen, and by whom. */
  private String summary(Settings settings) {
    return "Serving with " + list(settings).stream().filter(setting -> setting.text() != null)
        .map(setting -> setting.name() + "=" + setting.text() + " (" + setting.origin() + ")")
        .collect(Collectors.joining(", "));
  }

  private void announce(Servers servers, ServedPeer served) throws IOException {
    if (json()) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.putAll(servers.fields());
      fields.put("pid", ProcessHandle.current().pid());
      fields.putAll(served.fields());
      printJson(fields);
    } else {
      console.line("Packice listens on " + servers.places() + " (" + served.description() + "; Ctrl-C stops it)");
    }
    console.flush();
  }

  /** Until a signal ends the process, or the thread that runs this is interrupted. */
  private void awaitStop() {
    try {
      stopping.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** The exit code is that of the signal by then, and only an end at once can change it. */
  private static void stop(Servers servers, ServedPeer served, ServerLog log) {
    boolean isClean = isClosed(servers, log);
    isClean &= isClosed(served, log);
    log.info(servers.stopped());
    if (!isClean) {
      Runtime.getRuntime().halt(NOT_ALL_KEPT);
    }
  }

  private static boolean isClosed(AutoCloseable part, ServerLog log) {
    try {
      part.close();
      return true;
    } catch (Exception | Error failure) { // the other parts are closed whatever becomes of this one
      log.error(Failures.describe(failure));
      return false;
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // it does the same
    }
  }
}
