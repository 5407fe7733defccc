package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.storage.Capability;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeVersion;
import io.packice.storage.StorageNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code packice mounts stat}. */
@Command(name = "stat", description = "Describe files and folders.",
    footer = {"  packice mounts stat s3:train/part-0.parquet", "  packice mounts stat s3:model.bin --versions --json"})
final class StatCommand extends MountsSubcommand {
  @Parameters(arity = "1..*", paramLabel = "NODE", description = "What to describe.") private List<String> nodes =
      List.of();

  @Option(names = "--versions", description = "Also its versions.") private boolean versions;

  StatCommand(Console console) {
    super(console);
  }

  @Override
  int run(Operands operands) throws IOException {
    for (String text : nodes) {
      StorageNode node = operands.node(text);
      Map<String, @Nullable Object> fields = fields(operands, node, node.info());
      if (json()) {
        printJson(fields);
      } else {
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
          console.line(field.getKey() + ": " + String.valueOf(field.getValue()).replaceAll("\\p{Cc}", "?"));
        }
      }
    }
    return 0;
  }

  private Map<String, @Nullable Object> fields(Operands operands, StorageNode node, NodeInfo info) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("node", operands.name(node));
    fields.put("folder", info.isFolder());
    if (!info.isFolder()) {
      fields.put("bytes", info.size());
      fields.put("type", node.mediaType());
    }
    putIfThere(fields, "modified", info.modified() == null ? null : info.modified().toString());
    putIfThere(fields, "tag", info.tag());
    putIfThere(fields, "version", info.details().version());
    putIfThere(fields, "md5", info.details().md5());
    putIfThere(fields, "sha256", info.details().sha256());
    if (node.capabilities().has(Capability.METADATA) && !info.isFolder()) {
      fields.put("metadata", info.metadata());
    }
    if (versions) {
      fields.put("versions", node.versions().list().stream().map(StatCommand::version).toList());
    }
    return fields;
  }

  private static void putIfThere(Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  private static Map<String, Object> version(NodeVersion version) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", version.id());
    fields.put("modified", version.modified().toString());
    fields.put("bytes", version.size());
    return fields;
  }
}
