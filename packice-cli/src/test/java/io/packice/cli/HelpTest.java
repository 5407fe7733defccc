package io.packice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli.Result;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  private static Result run(String... args) {
    return Cli.execute(Map.of(), "", args);
  }

  static Set<String> commands() {
    return Commands.names();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandHasHelpWithExamples(String command) {
    Result help = run(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).startsWith("Usage: packice " + command)
        .contains("--socket=PATH", "Examples:", "  packice " + command)
        .doesNotContain("%n", "\u001b");
    assertThat(run("help", command).out()).isEqualTo(help.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"import", "ls", "export"})
  void commandsOfCommandsHaveTheirs(String command) {
    Result help = run("help", "weights", command);
    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).startsWith("Usage: packice weights " + command)
        .isEqualTo(run("weights", command, "--help").out());
  }

  @Test
  void theMainHelpNamesEveryCommand() {
    for (Result help : Stream.of(run(), run("--help"), run("-h"), run("help")).toList()) {
      assertThat(help.status()).isZero();
      assertThat(help.out()).contains(commands());
    }
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(run("--version").out()).matches("packice \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
  }
}
