package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.config.MountSettings;
import io.packice.storage.config.Permissions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What was named on the command line: a node, or a path of this host. */
final class Operands {
  private static final Pattern NODE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*:.*", Pattern.DOTALL);

  private final Storage storage;
  private final Console console;
  private final String files;

  Operands(Storage storage, Console console) {
    this.storage = storage;
    this.console = console;
    String name = "files";
    while (storage.hasMount(name)) {
      name += "-";
    }
    this.files = name;
    storage.configure(List.of(new MountSettings(files, "local", Permissions.FULL, Map.of("path", "/"))));
  }

  Storage storage() {
    return storage;
  }

  /** The mounts that were configured. */
  List<MountSettings> mounts() {
    return storage.mounts().stream().filter(mount -> !mount.name().equals(files)).toList();
  }

  StorageNode node(String text) {
    if (existsOnDisk(text)) {
      if (NODE.matcher(text).matches() && storage.hasMount(text.substring(0, text.indexOf(':')))) {
        console.err().println("packice: " + text + " is a path on this disk, which wins over the mount of that name");
      }
      return ofPath(text);
    }
    return NODE.matcher(text).matches() ? storage.node(text) : ofPath(text);
  }

  private static boolean existsOnDisk(String text) {
    try {
      return !text.isEmpty() && Files.exists(Path.of(text), LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private StorageNode ofPath(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("Cannot use an empty path: it names nothing; write . for the current folder");
    }
    return storage.node(files, Path.of(text).toAbsolutePath().normalize().toString().substring(1));
  }

  /** As the user would write it. */
  String name(StorageNode node) {
    return node.mount().equals(files) ? "/" + node.path() : node.toString();
  }
}
