package io.packice.elsewhere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.CopyOptions;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import io.packice.storage.OpenContext;
import io.packice.storage.Storage;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;
import io.packice.storage.UnavailableException;
import io.packice.storage.UnsupportedException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever has a storage of their own adds it in the way in which ours are. */
class ThirdPartyServiceTest {
  /** Settings of a service of greetings. */
  public record GreetingSettings(String word, @Nullable Integer times) {
  }

  /** Whose files greet whom they are named after. */
  public static final class GreetingService implements StorageService<GreetingSettings> {
    @Override
    public String type() {
      return "greeting";
    }

    @Override
    public Class<GreetingSettings> settings() {
      return GreetingSettings.class;
    }

    @Override
    public String library() {
      return "com.example:greetings";
    }

    @Override
    public StorageBackend open(GreetingSettings settings, OpenContext context) {
      if (settings.word().equals("missing")) {
        throw new NoClassDefFoundError("com/example/Greetings");
      }
      return new Greetings(settings, context);
    }
  }

  private record Greetings(GreetingSettings settings, OpenContext context) implements StorageBackend {
    @Override
    public Capabilities capabilities() {
      return Capabilities.of(Capability.READ, Capability.RANGE);
    }

    @Override
    public Optional<NodeInfo> stat(String path) {
      return path.isEmpty() ? Optional.of(NodeInfo.folder(""))
          : Optional.of(new NodeInfo(path, false, text(path).length, null, null, NodeDetails.NONE));
    }

    private byte[] text(String path) {
      return ((settings.word() + " ").repeat(settings.times() == null ? 1 : settings.times()) + path).getBytes(UTF_8);
    }

    @Override
    public NodeReader read(String path, @Nullable String version) {
      if (path.equals("nobody")) {
        throw new AbsentException("Cannot read " + context.name(path) + ": nobody is there; greet somebody");
      }
      byte[] bytes = text(path);
      return new NodeReader() {
        @Override
        public NodeInfo info() {
          return stat(path).orElseThrow();
        }

        @Override
        public void read(long offset, MemorySegment target) {
          target.copyFrom(MemorySegment.ofArray(bytes).asSlice(offset, target.byteSize()));
        }

        @Override
        public boolean isStillCurrent() {
          return true;
        }

        @Override
        public void close() {
          // holds nothing
        }
      };
    }

    @Override
    public void close() {
      // holds nothing
    }
  }

  @Test
  void isRegisteredConfiguredAndUsedLikeOurs() {
    Storage.Builder builder = Storage.builder().service(new GreetingService());
    try (Storage storage =
        builder.yaml("[{name: hi, type: greeting, word: Hello, times: 2}, {name: m, type: memory}]").build()) {
      assertThat(storage.types()).contains("greeting", "memory", "relative");
      assertThat(storage.node("hi:you").readText()).isEqualTo("Hello Hello you");
      storage.node("hi:you").copyTo(storage.node("m:copy"), CopyOptions.DEFAULT);
      assertThat(storage.node("m:copy").readText()).isEqualTo("Hello Hello you");
      assertThatExceptionOfType(UnsupportedException.class).isThrownBy(() -> storage.node("hi:you").writeText("x"));
      assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> storage.node("hi:nobody").read());
    }
    assertThatThrownBy(() -> builder.yaml("[{name: hi, type: greeting, wrod: Hello}]").build())
        .hasMessageContaining("did you mean word?");
    try (Storage storage = builder.mount("hi", "greeting", Map.of("word", "missing")).build()) {
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.node("hi:you").read())
          .withMessageContaining("add com.example:greetings");
    }
  }
}
