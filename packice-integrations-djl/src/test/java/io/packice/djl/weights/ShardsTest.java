package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.imports.ImportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();

  @BeforeEach
  void writeShards() throws IOException {
    TestFiles.write(folder.resolve("m-1.safetensors"),
        "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}",
        new byte[] {1, 2, 3});
    TestFiles.write(folder.resolve("m-2.safetensors"),
        "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
            + "\"c\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}",
        new byte[] {4, 5, 6});
  }

  @AfterEach
  void close() {
    packice.close();
  }

  private void load(String map) throws IOException {
    Path index = Files.writeString(folder.resolve("m.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":6,\"x\":[{}]},\"weight_map\":" + map + "}");
    new WeightsImport(packice, "m").safetensors(index);
  }

  @Test
  void shardsBecomeOneObject() throws IOException {
    load("{\"b\":\"m-2.safetensors\",\"a\":\"m-1.safetensors\",\"c\":\"m-2.safetensors\"}");
    try (SharedWeights weights = SharedWeights.open(packice, "m")) {
      assertThat(weights.tensors()).extracting(WeightTensor::name).containsExactly("b", "c", "a");
      assertThat(weights.tensors()).extracting(WeightTensor::offset).containsExactly(0L, 64L, 128L);
      assertThat(weights.segment("c").toArray(ValueLayout.JAVA_BYTE)).containsExactly(6);
      assertThat(weights.segment("a").toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
      assertThat(weights.metadata()).containsEntry("format", "pt");
    }
    assertThat(SharedWeights.list(packice, "")).containsExactly(new WeightsSummary("m", 3, 131));
  }

  @Test
  void allThatIsNotWhereTheIndexSaysIsListed() {
    assertThatThrownBy(
        () -> load("{\"a\":\"m-2.safetensors\",\"b\":\"m-2.safetensors\",\"d\":\"m-1.safetensors\"}"))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("3 tensors are not where it says")
        .hasMessageContaining("\"a\" is in m-1.safetensors, and by the index in m-2.safetensors")
        .hasMessageContaining("\"c\" is in m-2.safetensors, and by the index in none")
        .hasMessageContaining("\"d\" is in no shard");
    assertThatThrownBy(() -> load("{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\"}"))
        .hasMessageContaining("1 tensor is not where it says: \"c\" is in m-2.safetensors");
  }

  @Test
  void filesElsewhereAreNotRead() {
    for (String file : new String[] {"../m-1.safetensors", "/etc/passwd", "..", "", "a\\\\b"}) {
      assertThatThrownBy(() -> load("{\"a\":\"" + file + "\"}")).isInstanceOf(ImportException.class)
          .hasMessageContaining("not a file beside it");
    }
  }

  @Test
  void anInterruptedThreadIsToldSo() throws IOException {
    load("{\"b\":\"m-2.safetensors\",\"a\":\"m-1.safetensors\",\"c\":\"m-2.safetensors\"}");
    Path index = folder.resolve("m.safetensors.index.json");
    for (Path file : new Path[] {index, folder.resolve("m-1.safetensors")}) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> new WeightsImport(packice, "other").file(file))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("Cannot import " + file + ": this thread was interrupted; import it on one that is not");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(SharedWeights.list(packice, "")).hasSize(1);
  }

  @Test
  void brokenIndexesAndMissingShardsAreRefused() {
    assertThatThrownBy(() -> load("{}")).hasMessageContaining("it has no weight_map");
    assertThatThrownBy(() -> load("[]")).hasMessageContaining("weight_map is not a JSON object");
    assertThatThrownBy(() -> load("{\"a\":1}")).hasMessageContaining("names no file for \"a\"");
    assertThatThrownBy(() -> load("{\"a\":\"x\",\"a\":\"x\"}")).hasMessageContaining("it is not JSON");
    assertThatThrownBy(() -> load("{\"a\":\"m-3.safetensors\"}")).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + folder.resolve("m.safetensors.index.json")
            + ": of its 1 shard, m-3.safetensors is not beside it; get what is missing, or name another index");
    assertThatThrownBy(
        () -> load("{\"a\":\"m-1.safetensors\",\"b\":\"m-4.safetensors\",\"c\":\"m-3.safetensors\"}"))
        .hasMessageContaining("of its 3 shards, m-4.safetensors, m-3.safetensors are not beside it");
    assertThat(packice.list("")).isEmpty();
  }
}
