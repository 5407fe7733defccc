package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.cli.command.TextTable;
import io.packice.storage.NodeException;
import io.packice.storage.config.MountSettings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;

/** {@code packice mounts}: lists the mounts; a command for each thing that one does with their files. */
@Command(name = "mounts",
    description = "List the mounts with what can be done through them, or work with their files. A node is written MOUNT:PATH; paths of this host will do, too.",
    footer = {"  packice mounts --mounts mounts.yaml", "  packice mounts check", "  packice mounts ls -l s3:train",
        "  packice mounts cp -r s3:train home:cache --skip hash --include '*.parquet'"})
public final class MountsCommand extends MountsSubcommand {
  /**
   * For one call.
   *
   * @param console what it talks to
   */
  public MountsCommand(Console console) {
    super(console);
  }

  /**
   * What stands behind it.
   *
   * @return the commands by name, in the order of the help
   */
  public Map<String, Object> subcommands() {
    Map<String, Function<Console, MountsSubcommand>> constructors = new LinkedHashMap<>();
    constructors.put("check", CheckCommand::new);
    constructors.put("ls", LsCommand::new);
    constructors.put("stat", StatCommand::new);
    constructors.put("cat", CatCommand::new);
    constructors.put("cp", CpCommand::new);
    constructors.put("mv", MvCommand::new);
    constructors.put("rm", RmCommand::new);
    constructors.put("mkdir", MkdirCommand::new);
    Map<String, Object> commands = new LinkedHashMap<>();
    constructors.forEach((name, constructor) -> commands.put(name, constructor.apply(console)));
    return commands;
  }

  @Override
  int run(Operands operands) throws IOException {
    TextTable table = new TextTable("NAME", "TYPE", "PERMISSIONS", "CAPABILITIES");
    for (MountSettings mount : operands.mounts()) {
      String capabilities = capabilities(operands, mount);
      if (json()) {
        printJson(Map.of("name", mount.name(), "type", mount.type(), "permissions", mount.permissions().toString(),
            "capabilities", capabilities));
      }
      table.row(mount.name(), mount.type(), mount.permissions().toString(), capabilities);
    }
    if (operands.mounts().isEmpty()) {
      console.err().println("There are no mounts; write some into a file, and name it by --mounts or $PACKICE_MOUNTS");
    } else if (!json()) {
      table.printTo(console);
    }
    return 0;
  }

  private static String capabilities(Operands operands, MountSettings mount) {
    try {
      return operands.storage().capabilities(mount.name()).toString();
    } catch (NodeException e) {
      return "unknown, it does not open: try packice mounts check";
    }
  }
}
