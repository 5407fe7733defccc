package io.packice.cli.mounts;

import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Console;
import io.packice.cli.command.TextTable;
import io.packice.storage.StorageNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code packice mounts ls}. */
@Command(name = "ls", description = "List what is in a folder.",
    footer = {"  packice mounts ls s3:train", "  packice mounts ls -lr s3:",
        "  packice mounts ls s3:logs --glob '2026/**/*.parquet' --json"})
final class LsCommand extends MountsSubcommand {
  @Parameters(arity = "1", paramLabel = "NODE", description = "The folder, or one file.") private String folder = "";

  @Option(names = {"-l", "--long"}, description = "With sizes and times.") private boolean isLong;

  @Option(names = {"-r", "--recursive"}, description = "Also all that is below.") private boolean recursive;

  @Option(names = "--glob", paramLabel = "PATTERN",
      description = "Only files below that it matches: * and ? within a name, ** across folders.") private @Nullable String glob;

  LsCommand(Console console) {
    super(console);
  }

  @Override
  int run(Operands operands) throws IOException {
    StorageNode node = operands.node(folder);
    TextTable table = new TextTable(">SIZE", "MODIFIED", "NODE");
    boolean any = false;
    for (Iterator<StorageNode> all = nodes(node).iterator(); all.hasNext();) {
      StorageNode each = all.next();
      if (json()) {
        printJson(fields(operands, each));
      } else if (isLong) {
        any = true;
        table.row(each.isFolder() ? "-" : ByteSize.format(each.size()),
            each.modified().map(Object::toString).orElse("-"), shown(operands, each));
      } else {
        console.line(shown(operands, each)); // page by page
      }
    }
    if (any) {
      table.printTo(console);
    }
    return 0;
  }

  private Stream<StorageNode> nodes(StorageNode node) {
    if (node.isFile()) {
      return Stream.of(node);
    }
    return glob != null ? node.glob(glob) : recursive ? node.walk() : node.children();
  }

  private static String shown(Operands operands, StorageNode node) {
    return (operands.name(node) + (node.isFolder() ? "/" : "")).replaceAll("\\p{Cc}", "?");
  }

  private static Map<String, Object> fields(Operands operands, StorageNode node) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", operands.name(node));
    fields.put("folder", node.isFolder());
    if (node.isFile()) {
      fields.put("bytes", node.size());
    }
    node.modified().ifPresent(time -> fields.put("modified", time.toString()));
    return fields;
  }
}
