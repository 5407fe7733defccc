package io.packice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.storage.config.MountSettings;
import io.packice.storage.config.Permissions;
import io.packice.storage.config.Secret;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mounts: how they are configured, and changed while they are in use. */
class StorageTest {
  @TempDir Path folder;

  private static MountSettings memory(String name) {
    return new MountSettings(name, "memory", Permissions.FULL, Map.of());
  }

  @Test
  void oneSchemaServesCodeYamlAndJson() throws Exception {
    String yaml = "- name: data\n  type: local\n  permissions: readonly\n  path: " + folder
        + "\n- {name: scratch, type: memory}\n";
    String json = "[{\"name\":\"data\",\"type\":\"local\",\"permissions\":\"readonly\",\"path\":\"" + folder
        + "\"},{\"name\":\"scratch\",\"type\":\"memory\"}]";
    Files.writeString(folder.resolve("x"), "here");
    Path yamlFile = Files.writeString(folder.resolve("mounts.yaml"), "mounts:\n" + yaml);
    Path jsonFile = Files.writeString(folder.resolve("mounts.json"), json);
    for (Storage.Builder builder : List.of(Storage.builder().yaml(yaml), Storage.builder().json(json),
        Storage.builder().file(yamlFile),
        Storage.builder().file(jsonFile),
        Storage.builder().mount("data", "local", Permissions.READONLY, Map.of("path", folder)).mount("scratch",
            "memory", Map.of()))) {
      try (Storage storage = builder.build()) {
        assertThat(storage.mounts()).extracting(MountSettings::name).containsExactly("data", "scratch");
        assertThat(storage.node("data:x").readText()).isEqualTo("here");
        assertThat(storage.hasMount("scratch")).isTrue();
        assertThat(storage.hasMount("none")).isFalse();
        assertThat(storage.mountsWith(Capability.WRITE)).containsExactly("scratch");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "[{type: local, path: /}]                                 | mount 1: 'name' is missing",
      "[{name: a, path: /}]                                     | mount a: 'type' is missing",
      "[{name: a, typ: local, path: /}]                         | did you mean it by 'typ'?",
      "[{name: a, type: locla, path: /}]                        | unknown type 'locla'; did you mean local?",
      "[{name: a, type: local}]                                 | mount a: 'path' is missing",
      "[{name: a, type: local, paht: /}]                        | unknown setting 'paht'; did you mean path?",
      "[{name: a, type: local, path: /, permissions: readonyl}] | unknown permissions 'readonyl'; did you mean readonly?",
      "[{name: a, type: memory}, {name: a, type: memory}]       | the name a is given twice",
      "[{name: 1a, type: memory}]                               | a letter must come first",
      "[{name: a, type: memory, capacity: much}]                | 'capacity' is no number",
      "[{name: a, type: memory, versions: [1]}]                 | 'versions' is no yes or no",
      "[{name: a, type: http, url: ftp://x}]                    | no address of http or https",
      "[{name: a, type: http, url: http://x, timeout: 3 years}] | 'timeout' is no duration",
      "[{name: a, type: relative, node: 'b:x'}]                 | lies on the mount b, which is not there",
      "[{name: a, type: relative, node: 'a:x'}]                 | leads back to itself",
      "[{name: a, type: relative, node: '/x'}]                  | names no node",
      "[{name: a, type: nothing-near}]                          | the types are data, http, local, memory, peer, relative",
      "[{name: a, type: memory                                  | line 1: it is no YAML",
      "hello                                                    | there is no list of them"})
  void whatIsWrongIsSaid(String yaml, String message) {
    assertThatThrownBy(() -> Storage.builder().yaml(yaml).build()).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(message).hasMessageContaining("; ").message().doesNotContain("\n");
  }

  @Test
  void aMountWhoseJarIsAbsentNamesIt() {
    assertThatThrownBy(() -> Storage.builder().mount("a", "s3", Map.of("bucket", "b")).build())
        .hasMessage("Cannot configure mount a: its service is not here; add io.packice:packice-storage-services");
  }

  @Test
  void aConfigurationCountsAsAWhole() {
    try (Storage storage = Storage.builder().mount("a", "memory", Map.of()).build()) {
      storage.node("a:x").writeText("x");
      MountSettings wrong = new MountSettings("c", "memory", Permissions.FULL, Map.of("colour", "red"));
      assertThatThrownBy(() -> storage.configure(List.of(memory("a"), memory("b"), wrong)))
          .hasMessageContaining("colour");
      assertThat(storage.hasMount("b")).isFalse();
      assertThat(storage.node("a:x").exists()).isTrue();
      storage.configure(List.of(memory("a"), memory("b")));
      assertThat(storage.node("a:x").exists()).isFalse();
      assertThat(storage.mounts()).extracting(MountSettings::name).containsExactly("a", "b");
    }
  }

  @Test
  void aMountIsRemovedWhileItIsRead() throws Exception {
    try (Storage storage =
        Storage.builder().mount("a", "memory", Map.of()).mount("r", "relative", Map.of("node", "a:below")).build()) {
      StorageNode node = storage.node("a:x").writeText("still here");
      assertThatThrownBy(() -> storage.unmount("a")).hasMessageContaining("r");
      assertThat(storage.unmount("r")).isTrue();
      try (InputStream in = node.inputStream()) {
        assertThat(storage.unmount("a")).isTrue();
        assertThat(storage.unmount("a")).isFalse();
        assertThat(in.readAllBytes()).asString().isEqualTo("still here");
      }
      assertThatExceptionOfType(AbsentException.class).isThrownBy(node::read)
          .withMessageContaining("Cannot find the mount a");
    }
  }

  @Test
  void relativeMountsNestAndNarrow() {
    try (Storage storage = Storage.builder().mount("a", "memory", Map.of())
        .mount("photos", "relative", Permissions.READWRITE, Map.of("node", "a:archive/photos"))
        .mount("old", "relative", Permissions.FULL, Map.of("node", "photos:2001")).build()) {
      storage.node("old:x.jpg").writeText("old");
      assertThat(storage.node("a:archive/photos/2001/x.jpg").readText()).isEqualTo("old");
      assertThat(storage.node("photos:").walk().filter(StorageNode::isFile)).extracting(StorageNode::toString)
          .containsExactly("photos:2001/x.jpg");
      assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> storage.node("old:x.jpg").delete())
          .withMessageContaining("readwrite");
      assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> storage.node("old:../x"));
    }
  }

  @Test
  void secretsComeFromElsewhereAndShowNowhere() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "of-a-file\n");
    for (Object token : List.of("in-clear", Map.of("env", "TOKEN"), Map.of("file", file.toString()),
        Secret.of("in-code"))) {
      Map<String, Object> settings = Map.of("url", "http://127.0.0.1:1", "token", token);
      MountSettings mount = new MountSettings("h", "http", Permissions.FULL, settings);
      try (Storage storage = Storage.builder().environment(Map.of("TOKEN", "of-the-environment")::get)
          .retries(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
          .mounts(List.of(mount)).build()) {
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.node("h:x").read())
            .satisfies(
                e -> assertThat(e.toString()).doesNotContain("in-clear", "of-a-file", "in-code", "of-the-environment"));
        assertThat(storage.mounts().toString()).doesNotContain("in-clear", "of-a-file", "in-code");
      }
    }
    assertThatThrownBy(
        () -> Storage.builder().mount("h", "http", Map.of("url", "http://x", "token", List.of("in-clear"))).build())
        .hasMessageContaining("'token' is no secret").message().doesNotContain("in-clear");
    assertThatThrownBy(
        () -> Storage.builder().yaml("- {name: a, type: http, url: http://x, token: in-clear, x: }}").build()).message()
        .doesNotContain("in-clear");
    assertThatThrownBy(() -> Storage.builder().json("[{\"name\":\"a\",\"token\":in-clear}]").build()).message()
        .doesNotContain("in-clear");
    assertThat(Secret.of("in-clear").toString()).doesNotContain("in-clear");
  }

  @Test
  void namesHaveParts() {
    try (Storage storage = Storage.builder().mount("a", "memory", Map.of()).build()) {
      StorageNode node = storage.node("a", "x", "y", "part-0.tar.gz");
      assertThat(node).isEqualTo(storage.node("a:x/y/part-0.tar.gz")).hasToString("a:x/y/part-0.tar.gz");
      assertThat(List.of(node.mount(), node.path(), node.name(), node.stem(), node.suffix()))
          .containsExactly("a", "x/y/part-0.tar.gz", "part-0.tar.gz", "part-0.tar", ".gz");
      assertThat(node.parent()).contains(storage.node("a:x/y"));
      assertThat(storage.node("a:x/").parent()).contains(storage.node("a:"));
      assertThat(storage.node("a:").parent()).isEmpty();
      assertThat(storage.node("a:.profile").suffix()).isEmpty();
      assertThat(storage.node("a:x").child("b c").resolve("d/e").path()).isEqualTo("x/b c/d/e");
      assertThatThrownBy(() -> node.child("a/b")).isInstanceOf(DeniedException.class);
      assertThatThrownBy(() -> storage.node("x/y")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void mediaTypesComeFromNameOrContent() {
    try (Storage storage = Storage.builder().mount("a", "memory", Map.of()).build()) {
      assertThat(storage.node("a:t.CSV").writeText("a,b").mediaType()).isEqualTo("text/csv");
      assertThat(storage.node("a:t").write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0}).mediaType())
          .isEqualTo("image/png");
      assertThat(storage.node("a:u").writeText("").mediaType()).isEqualTo("application/octet-stream");
      assertThat(
          storage.node("a:v.csv").write(new byte[1], WriteOptions.DEFAULT.withMediaType("text/x-special")).mediaType())
          .isEqualTo("text/x-special");
    }
  }

  @Test
  void aListingIsRememberedUntilItIsRefreshed() {
    try (Storage storage = Storage.builder().mount("a", "memory", Map.of()).build()) {
      storage.node("a:x").writeText("one");
      StorageNode listed = storage.node("a:").children().findFirst().orElseThrow();
      storage.node("a:x").writeText("three");
      assertThat(listed.size()).isEqualTo(3);
      assertThat(listed.refresh().size()).isEqualTo(5);
      assertThat(listed.readText()).isEqualTo("three");
    }
  }
}
