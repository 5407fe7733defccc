package io.packice.storage.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of services in docs/mounts.md is that of the code; {@code -Dpackice.write=true} writes it. */
class MountsPageTest {
  private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/mounts.md");
  private static final String BEGIN = "<!-- what each service can do: made by MountsPageTest -->\n";
  private static final String END = "<!-- end -->";

  /** What a service can do in its usual settings; what more it can with others stands in the column. */
  private static Map<String, Capabilities> services() {
    Map<String, Object> s3 =
        Map.of("bucket", "b", "endpoint", "http://127.0.0.1:1", "access-key", "a", "secret-key", "s");
    Map<String, Object> versioned = new LinkedHashMap<>(s3);
    versioned.put("versions", true);
    Storage.Builder builder =
        Storage.builder().mount("local", "local", Map.of("path", "/")).mount("memory", "memory", Map.of())
            .mount("memory-versions", "memory", Map.of("versions", true)).mount("data", "data", Map.of())
            .mount("http", "http", Map.of("url", "http://127.0.0.1:1"))
            .mount("http-listed", "http", Map.of("url", "http://127.0.0.1:1", "listing", "index"))
            .mount("peer", "peer", Map.of("address", "memory://page"))
            .mount("s3", "s3", s3).mount("s3-versions", "s3", versioned)
            .mount("opendal-fs", "opendal", Map.of("scheme", "fs", "root", "/tmp"))
            .mount("opendal-memory", "opendal", Map.of("scheme", "memory"));
    Map<String, Capabilities> services = new LinkedHashMap<>();
    try (Storage storage = builder.build()) {
      assertThat(storage.types()).allSatisfy(
          type -> assertThat(type.equals("relative") || storage.hasMount(type) || storage.hasMount(type + "-fs"))
              .isTrue());
      Map<String,
          String> names = Map.of("memory-versions", "memory, with versions", "http-listed", "http, with a listing",
              "s3-versions", "s3, with versions",
              "opendal-fs", "opendal, scheme fs", "opendal-memory",
              "opendal, scheme memory");
      storage.mounts().forEach(
          mount -> services.put(names.getOrDefault(mount.name(), mount.name()), storage.capabilities(mount.name())));
    }
    return services;
  }

  private static String table() {
    List<String> rows = new ArrayList<>();
    rows.add("| |"
        + Stream.of(Capability.values()).map(capability -> " " + capability + " |").collect(Collectors.joining()));
    rows.add("|---|" + ":-:|".repeat(Capability.values().length));
    services().forEach((name, can) -> rows.add("| " + name + " |"
        + Stream.of(Capability.values()).map(capability -> can.has(capability) ? " ● |" : "  |")
            .collect(Collectors.joining())));
    return String.join("\n", rows) + "\n";
  }

  @Test
  void theTableIsThatOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    assertThat(page).contains(BEGIN);
    if (Boolean.getBoolean("packice.write")) {
      Files.writeString(PAGE, page.substring(0, from) + table() + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(table());
    }
  }
}
