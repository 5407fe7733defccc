package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice renew}. */
@Command(name = "renew", description = {"Count a lease's TTL anew.",
    "For the leases of clients that connect for each request: no connection holds these, so they end with their TTL unless"
        + " somebody renews them. A lease that its connection holds needs it only if it was given a TTL."},
    footer = {"  packice renew 0f6c1b0e6d3f4f0f9a3c5d7e8b1a2c4d"})
public final class RenewCommand extends ClientCommand {
  @Parameters(paramLabel = "LEASE",
      description = "The lease's id in full, as the acquire answered it.") private String lease =
          "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public RenewCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    if (lease.isBlank()) {
      throw new ParameterException(spec.commandLine(), "The lease's id is empty");
    }
    Duration ttl = client.renew(lease);
    if (json()) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("renewed", lease);
      fields.put("ttl_seconds", ttl == null ? null : Durations.seconds(ttl));
      printJson(fields);
    } else {
      console.line(ttl == null ? "It has no TTL, and ends with the connection that holds it"
          : "It ends in " + Durations.format(ttl) + " unless it is renewed again");
    }
    return 0;
  }
}
