package io.packice.cli.doctor;

import io.packice.cli.command.CliException;
import io.packice.cli.command.Console;
import io.packice.cli.command.Quantity;
import io.packice.cli.doctor.Check.Grade;
import io.packice.cli.serve.Settings;
import io.packice.cli.serve.SettingsCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code packice doctor}. */
@Command(name = "doctor",
    description = {
        "Check whether this machine, this user and this JVM can serve as packice serve would with the same options.",
        "Run it as the user and in the unit or container of the peer: limits differ. The exit code is 1 if something does not"
            + " work, 0 if there are warnings only."},
    footer = {"  packice doctor",
        "  packice doctor --config /etc/packice.yaml",
        "  systemd-run --pty --uid packice packice doctor --memory 64g"})
public final class DoctorCommand extends SettingsCommand {
  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public DoctorCommand(Console console) {
    super(console);
  }

  @Override
  protected int run() throws IOException {
    Settings settings = settings();
    List<Check> checks = Stream.of(new ProcessChecks(settings).all(), new HttpChecks(settings).all(),
        new HostChecks(Path.of("/"), settings).all()).flatMap(List::stream).toList();
    for (Check check : checks) {
      print(check);
    }
    long failed = checks.stream().filter(check -> check.grade() == Grade.FAIL).count();
    if (failed > 0) {
      console.flush();
      throw new CliException("Cannot serve well here: " + failed + " of " + Quantity.count(checks.size(), "check")
          + " failed; change what they say", null);
    }
    return 0;
  }

  private void print(Check check) throws IOException {
    if (json()) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("name", check.name());
      fields.put("grade", check.grade().toString());
      fields.put("found", check.found());
      fields.put("advice", check.advice());
      printJson(fields);
      return;
    }
    console.line(String.format("%-4s  %-15s  %s", check.grade(), check.name(), check.found()));
    if (check.advice() != null) {
      console.line(String.format("%-4s  %-15s  → %s", "", "", check.advice()));
    }
  }
}
