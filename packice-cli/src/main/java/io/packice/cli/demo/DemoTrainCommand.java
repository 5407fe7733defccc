package io.packice.cli.demo;

import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.ParentWatch;

import io.packice.djl.samples.DigitsTraining;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process of the demo that trains. */
@Command(name = "demo-train", hidden = true, description = "The trainer of the demo.")
public final class DemoTrainCommand extends BaseCommand {
  @Option(names = "--train", required = true) private String train = "";

  @Option(names = "--test", required = true) private String test = "";

  @Option(names = "--epochs", required = true) private int epochs;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public DemoTrainCommand(Console console) {
    super(console);
  }

  @Override
  protected int run() throws Exception {
    ParentWatch.start(console.in());
    DigitsTraining.Result result = DigitsTraining.run(address(), train, test, epochs);
    printJson(Map.of("ready_seconds", Durations.seconds(result.readyToTrain()),
        "samples_per_second", result.samplesPerSecond(), "test_accuracy", result.testAccuracy()));
    return 0;
  }
}
