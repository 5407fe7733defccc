package io.packice.cli;

import io.packice.cli.command.Console;
import io.packice.cli.demo.DemoCommand;
import io.packice.cli.demo.DemoReadCommand;
import io.packice.cli.demo.DemoTrainCommand;
import io.packice.cli.doctor.DoctorCommand;
import io.packice.cli.mounts.MountsCommand;
import io.packice.cli.objects.GetCommand;
import io.packice.cli.objects.ListCommand;
import io.packice.cli.objects.PinCommand;
import io.packice.cli.objects.PutCommand;
import io.packice.cli.objects.RemoveCommand;
import io.packice.cli.objects.RenewCommand;
import io.packice.cli.objects.StatCommand;
import io.packice.cli.objects.StatsCommand;
import io.packice.cli.objects.UnpinCommand;
import io.packice.cli.serve.ConfigCommand;
import io.packice.cli.serve.ServeCommand;
import io.packice.cli.serve.SettingsCommand;
import io.packice.cli.serve.VerifyCommand;
import io.packice.cli.tables.ExportCommand;
import io.packice.cli.tables.HeadCommand;
import io.packice.cli.tables.ImportCommand;
import io.packice.cli.tables.SchemaCommand;
import io.packice.cli.weights.WeightsCommand;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The subcommands by name, in the order of the help. One that is not asked for is not loaded: that is most of a short command's time. */
final class Commands {
  private static final Map<String, Function<Console, Object>> BY_NAME = new LinkedHashMap<>();

  /** The processes that commands start for themselves. */
  private static final Map<String, Function<Console, Object>> INTERNAL = new LinkedHashMap<>();

  static {
    BY_NAME.put("serve", ServeCommand::new);
    BY_NAME.put("config", ConfigCommand::new);
    BY_NAME.put("doctor", DoctorCommand::new);
    BY_NAME.put("put", PutCommand::new);
    BY_NAME.put("get", GetCommand::new);
    BY_NAME.put("ls", ListCommand::new);
    BY_NAME.put("stat", StatCommand::new);
    BY_NAME.put("rm", RemoveCommand::new);
    BY_NAME.put("stats", StatsCommand::new);
    BY_NAME.put("pin", PinCommand::new);
    BY_NAME.put("unpin", UnpinCommand::new);
    BY_NAME.put("renew", RenewCommand::new);
    BY_NAME.put("verify", VerifyCommand::new);
    BY_NAME.put("import", ImportCommand::new);
    BY_NAME.put("export", ExportCommand::new);
    BY_NAME.put("head", HeadCommand::new);
    BY_NAME.put("schema", SchemaCommand::new);
    BY_NAME.put("weights", WeightsCommand::new);
    BY_NAME.put("mounts", MountsCommand::new);
    BY_NAME.put("demo", console -> new DemoCommand(console, Main.class));
    INTERNAL.put("demo-train", DemoTrainCommand::new);
    INTERNAL.put("demo-read", DemoReadCommand::new);
  }

  private Commands() {
  }

  /** Adds the one subcommand that the arguments begin with, or all of them if it is not clear. */
  static void addTo(CommandLine line, String[] args, Console console) {
    @Nullable Function<Console, Object> wanted =
        args.length == 0 ? null : BY_NAME.getOrDefault(args[0], INTERNAL.get(args[0]));
    if (wanted != null) {
      add(line, args[0], wanted.apply(console));
    } else if (args.length > 0) {
      addAllTo(line, console);
    }
  }

  /** The names of all of them. */
  static Set<String> names() {
    return Collections.unmodifiableSet(BY_NAME.keySet());
  }

  static void addAllTo(CommandLine line, Console console) {
    BY_NAME.forEach((name, command) -> add(line, name, command.apply(console)));
    line.addSubcommand("help", new HelpCommand());
  }

  private static void add(CommandLine line, String name, Object command) {
    CommandLine subcommand = new CommandLine(command);
    if (command instanceof SettingsCommand about) {
      subcommand.setDefaultValueProvider(about.defaults());
    }
    if (command instanceof WeightsCommand weights) {
      weights.subcommands().forEach(subcommand::addSubcommand);
    }
    if (command instanceof MountsCommand mounts) {
      mounts.subcommands().forEach(subcommand::addSubcommand);
    }
    line.addSubcommand(name, subcommand);
  }
}
