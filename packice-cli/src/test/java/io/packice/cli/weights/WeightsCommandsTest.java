package io.packice.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WeightsCommandsTest {
  private static final int REFUSED = 1;
  private static final int USAGE = 2;

  @TempDir Path folder;

  private Cli cli;
  private Path model;

  @BeforeEach
  void startPeer() throws IOException {
    cli = new Cli(folder, 1 << 20);
    byte[] header = ("{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[24,28]}}   ").getBytes(StandardCharsets.UTF_8);
    model = Files.write(folder.resolve("model.safetensors"), ByteBuffer.allocate(8 + header.length + 28)
        .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).putFloat(1.5f).array());
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  private Result load(String name, String... more) {
    String[] all = {"weights", "import", model.toString(), name};
    return cli.run(java.util.stream.Stream.of(all, more).flatMap(java.util.stream.Stream::of).toArray(String[]::new));
  }

  @Test
  void weightsAreImportedListedAndExported() throws IOException {
    assertThat(Cli.ok(load("bert")).out()).matches("bert: 2 tensors, 68 B, \\S+\n");
    assertThat(Cli.ok(cli.run("weights", "ls")).out()).isEqualTo("NAME  TENSORS  SIZE\nbert        2  68 B\n");
    assertThat(Cli.ok(cli.run("weights", "ls", "be", "--tensors")).out()).isEqualTo("""
        NAME  TENSOR  TYPE  SHAPE   SIZE
        bert  w       F32   [2, 3]  24 B
        bert  b       BF16  [2]      4 B
        """);
    Path copy = folder.resolve("copy.safetensors");
    assertThat(Cli.ok(cli.run("weights", "export", "bert", copy.toString())).out())
        .matches(copy + ": 2 tensors, \\d+ B, \\S+\n");
    byte[] exported = Files.readAllBytes(copy);
    byte[] imported = Files.readAllBytes(model);
    assertThat(exported).endsWith(java.util.Arrays.copyOfRange(imported, imported.length - 28, imported.length));
    model = copy;
    Cli.ok(load("again"));
    Cli.ok(load("bert", "--replace"));
  }

  @Test
  void arraysOfNumPyAreImported() throws IOException {
    byte[] array = "\u0093NUMPY\1\0\72\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\nabcdefgh"
        .getBytes(StandardCharsets.ISO_8859_1);
    model = folder.resolve("model.npz");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(model))) {
      out.putNextEntry(new ZipEntry("w.npy"));
      out.write(array);
    }
    assertThat(Cli.ok(load("small")).out()).matches("small: 1 tensor, 8 B, \\S+\n");
    assertThat(Cli.ok(cli.run("weights", "ls", "--tensors")).out()).endsWith("small  w       F32   [2]     8 B\n");
    Path checkpoint = Files.write(folder.resolve("model.bin"), new byte[] {(byte) 0x80, 2, 1, 1, 1, 1, 1, 1, 1});
    Cli.refused(cli.run("weights", "import", checkpoint.toString(), "x"), REFUSED, "a pickle", "safetensors");
  }

  @Test
  void scriptsGetJson() {
    JsonNode made = JsonMapper.shared().readTree(Cli.ok(load("bert", "--json")).out());
    assertThat(made.get("tensors").asInt()).isEqualTo(2);
    JsonNode listed = JsonMapper.shared().readTree(Cli.ok(cli.run("weights", "ls", "--json")).out());
    assertThat(listed.get("name").asString()).isEqualTo("bert");
    assertThat(listed.get("bytes").asInt()).isEqualTo(68);
    assertThat(Cli.ok(cli.run("weights", "ls", "--tensors", "--json")).out().lines().map(JsonMapper.shared()::readTree))
        .extracting(tensor -> tensor.get("type").asString()).containsExactly("F32", "BF16");
    JsonNode written = JsonMapper.shared()
        .readTree(Cli.ok(cli.run("weights", "export", "bert", folder + "/out", "--json")).out());
    assertThat(written.get("bytes").asLong()).isEqualTo(folder.resolve("out").toFile().length());
  }

  @Test
  void wrongInputsAreOneLine() throws IOException {
    Cli.refused(cli.run("weights"), USAGE, "say import, ls or export");
    Cli.refused(cli.run("weights", "imprt"), USAGE, "imprt");
    Cli.refused(cli.run("weights", "import", "x"), USAGE, "NAME");
    Cli.refused(cli.run("weights", "--socket", "x", "ls"), USAGE, "after ls, not before it: --socket");
    Cli.refused(cli.run("weights", "import", folder + "/none", "x"), REFUSED, folder + "/none: no such file");
    Cli.refused(cli.run("weights", "import", folder.toString(), "x"), REFUSED, "not a regular file");
    Cli.refused(cli.run("weights", "import", folder + "/none.json", "x"), REFUSED, "none.json: no such file");
    Cli.refused(cli.run("weights", "export", "none", folder + "/out"), REFUSED, "none", "no such object");
    Path text = Files.writeString(folder.resolve("text"), "this is no model at all");
    Cli.refused(cli.run("weights", "import", text.toString(), "x"), REFUSED, "as safetensors: its header would have");
    Path index = Files.writeString(folder.resolve("i.json"), "{\"weight_map\":{\"a\":\"../model.safetensors\"}}");
    Cli.refused(cli.run("weights", "import", index.toString(), "x"), REFUSED, "not a file beside it");
    Cli.ok(cli.runWithInput("hello", "put", "hello"));
    Cli.refused(cli.run("weights", "export", "hello", folder + "/out"), REFUSED, "it is something else");
    Cli.ok(load("bert"));
    Cli.refused(load("bert"), REFUSED, "bert");
    Cli.refused(cli.run("weights", "export", "bert", folder.toString()), REFUSED, "it is a folder");
    Cli.refused(cli.run("weights", "export", "bert", folder + "/no/out"), REFUSED, "no such file");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void thereAreNoWeights() {
    Result result = Cli.ok(cli.run("weights", "ls"));
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("packice weights import FILE NAME");
    assertThat(cli.run("weights", "ls", "--json").err()).isEmpty();
  }

  @Test
  void eachSubcommandHasHelp() {
    for (String name : new String[] {"import", "ls", "export"}) {
      assertThat(Cli.execute(Map.of(), "", "weights", name, "--help").out())
          .startsWith("Usage: packice weights " + name)
          .contains("Examples:").doesNotContain("%n");
    }
  }
}
