package io.packice.cli.mounts;

import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Console;
import io.packice.cli.command.Progress;
import io.packice.storage.CopyException;
import io.packice.storage.CopyOptions;
import io.packice.storage.CopyProgress;
import io.packice.storage.CopySummary;
import io.packice.storage.NodeInfo;
import io.packice.storage.Skip;
import io.packice.storage.StorageNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What copying and moving have in common. */
abstract class TransferCommand extends MountsSubcommand {
  /** As {@link Skip} has them. */
  enum SkipRule {
    NEVER, EXISTS, SIZE, HASH;

    Skip skip() {
      return switch (this) {
        case NEVER -> Skip.NEVER;
        case EXISTS -> Skip.EXISTS;
        case SIZE -> Skip.SIZE;
        case HASH -> Skip.HASH;
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(arity = "2..*", paramLabel = "NODE",
      description = "What to take, and last where it goes. A file goes into a target that is a folder or ends with a slash; of one folder, the content does; of"
          + " several sources, each goes into the target under its own name.") private List<String> nodes = List.of();

  @Option(names = {"-r", "--recursive"},
      description = "Folders, too, with all that is in them.") private boolean recursive;

  @Option(names = "--skip", paramLabel = "RULE",
      description = "Leave out files that the target has: never (the default), exists, size, hash.") private SkipRule skip =
          SkipRule.NEVER;

  @Option(names = "--include", paramLabel = "PATTERN",
      description = "Only files below that it matches; may be repeated.") private List<String> includes = List.of();

  @Option(names = "--exclude", paramLabel = "PATTERN",
      description = "No files that it matches; may be repeated.") private List<String> excludes = List.of();

  @Option(names = "--parallel", paramLabel = "N",
      description = "How many files at a time; 4 if not said.") private int parallel = 4;

  @Option(names = "--no-metadata", description = "Without the users' metadata.") private boolean noMetadata;

  TransferCommand(Console console) {
    super(console);
  }

  abstract String done();

  abstract CopySummary transfer(StorageNode source, StorageNode target, CopyOptions options);

  @Override
  final int run(Operands operands) throws IOException {
    StorageNode target = operands.node(nodes.getLast());
    List<String> sources = nodes.subList(0, nodes.size() - 1);
    boolean into = sources.size() > 1;
    for (String source : sources) {
      one(operands, operands.node(source), target, into);
    }
    return 0;
  }

  private void one(Operands operands, StorageNode source, StorageNode target, boolean into) throws IOException {
    NodeInfo info = source.info();
    if (info.isFolder() && !recursive) {
      throw new IllegalArgumentException("Cannot take " + operands.name(source) + ": it is a folder; say -r");
    }
    boolean isFolder =
        into || (!info.isFolder() && (nodes.getLast().endsWith("/") || target.path().isEmpty() || target.isFolder()));
    StorageNode to = isFolder ? target.child(source.name()) : target;
    try (Progress bar = Progress.ofUnknownBytes(console, operands.name(source))) {
      CopyOptions options = options().onProgress(progress -> show(bar, progress));
      tell(operands, source, to, transfer(source, to, options));
    } catch (CopyException e) {
      e.summary().failures().forEach(
          failure -> console.err().println(operands.name(failure.node()) + ": " + failure.cause().getMessage()));
      throw e;
    }
  }

  private static void show(Progress bar, CopyProgress progress) {
    bar.advanceTo(progress.bytes(), progress.bytesFound(), progress.files() + "/" + progress.filesFound() + " files");
  }

  private CopyOptions options() {
    CopyOptions options = CopyOptions.DEFAULT.withSkip(skip.skip()).withParallel(parallel);
    for (String pattern : includes) {
      options = options.including(pattern);
    }
    for (String pattern : excludes) {
      options = options.excluding(pattern);
    }
    return noMetadata ? options.withoutMetadata() : options;
  }

  private void tell(Operands operands, StorageNode source, StorageNode to, CopySummary summary) throws IOException {
    if (json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("from", operands.name(source));
      fields.put("to", operands.name(to));
      fields.put("files", summary.copied());
      fields.put("skipped", summary.skipped());
      fields.put("bytes", summary.bytes());
      fields.put("hashed_bytes", summary.bytesHashed());
      printJson(fields);
      return;
    }
    console.line(done() + " " + operands.name(source) + " to " + operands.name(to) + ": " + summary.copied()
        + " files, " + ByteSize.format(summary.bytes())
        + (summary.skipped() > 0 ? ", " + summary.skipped() + " left out" : "")
        + (summary.bytesHashed() > 0 ? ", " + ByteSize.format(summary.bytesHashed()) + " read to compare" : ""));
  }
}
