package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packice.backends.file.Manifest;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever metadata there is can be carried by every message, manifest and listing; whatever could not is refused as it comes in. */
class MetadataTest {
  private static final String HALF = "\ud83d";
  private static final String OTHER_HALF = "\ude00";

  @ParameterizedTest
  @ValueSource(strings = {"{\"k\":\"\\ud800\"}", "{\"k\":[{\"a\":\"x\\udc00y\"}]}", "{\"\\ud83d\":1}",
      "{\"a\":{\"x\\ude00\":1}}",
      "{\"k\":\"\\ude00\\ud83d\"}", "{\"k\":\"" + HALF + "\"}", "{\"" + OTHER_HALF + "\":null}"})
  void halfOfACharacterIsRefused(String json) {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse(json))
        .withMessageContaining("half of a character")
        .withMessageNotContaining(HALF).withMessageNotContaining("\n");
  }

  @Test
  void halfOfACharacterInAMapIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(Map.of("k", "an emoji that was cut" + HALF)))
        .withMessageContaining("half of a character");
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(Map.of("a", List.of(Map.of(OTHER_HALF, 1)))))
        .withMessageContaining("half of a character");
  }

  static Stream<Object> notFinite() {
    return Stream.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, new BigDecimal("1e400"),
        List.of(Map.of("a", Double.NaN)));
  }

  @ParameterizedTest
  @MethodSource("notFinite")
  void valuesThatAreNoNumbersOfOthersAreRefused(Object value) {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(Map.of("k", value)))
        .withMessageContaining("which readers have no number for; give it as text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1e400", "1e309", "123456789e1000000000"})
  void numbersBeyondADoubleAreRefused(String number) {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse("{\"k\":[" + number + "]}"))
        .withMessageContaining("the number " + number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "-Infinity", "01", "+1", "'a'", "undefined"})
  void whatIsNoJsonIsRefused(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse("{\"k\":" + value + "}"))
        .withMessageStartingWith("Cannot read metadata: ");
  }

  @Test
  void fieldsThatStandTwiceAreRefusedAtAnyDepth() {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse("{\"a\":1,\"a\":2}"))
        .withMessageContaining("the field \"a\" twice");
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse("{\"x\":[{\"a\":1,\"b\":1,\"a\":2}]}"))
        .withMessageContaining("the field \"a\" twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.of(Map.of("x", new LinkedHashMap<>(Map.of(1, "a", "1", "b")))))
        .withMessageContaining("the field \"1\" twice");
  }

  @Test
  void depthHasAStatedBound() {
    assertThat(carried(Metadata.parse(nested(Metadata.MAX_DEPTH)))).isEqualTo(nested(Metadata.MAX_DEPTH));
    for (int depth : new int[] {Metadata.MAX_DEPTH + 1, 498, 499, 500}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse(nested(depth)))
          .withMessage(
              "Cannot use metadata with more than 60 objects and lists inside each other; keep deep things in a blob");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse("{\"a\":" + "[".repeat(30_000)))
        .withMessageContaining("more than 60");
    Map<String, Object> loop = new LinkedHashMap<>();
    loop.put("self", loop);
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(loop)).withMessageContaining("inside each other");
  }

  /** Objects of earlier versions are kept, listed and read as before. */
  @ParameterizedTest
  @ValueSource(ints = {61, 497, 498, 499, 500})
  void whatWasAcceptedOnceIsStillCarried(int depth) {
    Metadata old = Metadata.ofOwnJson(nested(depth));
    assertThat(carried(old)).isEqualTo(nested(depth));
    assertThat(old.toMap()).containsOnlyKeys("a");
    assertThat(old).isEqualTo(Metadata.ofOwnJson(" " + nested(depth)));
  }

  @Test
  void aNameThatNoParserReadsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(Map.of("a".repeat(50_001), 1)))
        .withMessageContaining("more than 50000 characters in a name");
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(Map.of("k", BigInteger.TEN.pow(1001))))
        .withMessageContaining("more than 1000 digits in a number");
  }

  @Test
  void sizeCountsInBytesOfUtf8() {
    String most = "{\"k\":\"" + "\ud83d\ude00".repeat((Metadata.MAX_BYTES - 8) / 4) + "\"}";
    assertThat(carried(Metadata.parse(most))).isEqualTo(most);
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse(most.replace("k", "kkk")))
        .withMessage("Cannot use metadata of 65538 bytes; at most 65536: keep large things in a blob");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null", "true", "", " ", "{} {}", "{}x", "{"})
  void whatIsNotOneObjectIsRefused(String json) {
    assertThatIllegalArgumentException().isThrownBy(() -> Metadata.parse(json)).withMessageStartingWith("Cannot ");
  }

  /** What is odd, and no trouble to anybody. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"k\":\"\\u0000\\u001F\\n\"}", "{\"k\":\"\u007f\u0085\u2028\ufeff\uffff\ufffd\"}",
      "{\"\":{\"\":\"\"}}",
      "{\"k\":\"\ud83d\ude00\"}",
      "{\"a\":1e308,\"b\":-0.0,\"c\":1e-400,\"d\":12345678901234567890123456789012345678901234567890}",
      "{\"a\":1.10,\"b\":1E5,\"c\":0.1000000000000000055511151231257827}", "{\"a\":[[],{},null,true,false]}"})
  void whatCanBeCarriedIsKeptAsItIs(String json) {
    assertThat(Metadata.parse(json).toJson()).isEqualTo(json);
    assertThat(carried(Metadata.parse(json))).isEqualTo(json);
  }

  /** Random values, good and bad: each is refused in a sentence of ours, or goes through everything that carries metadata unchanged. */
  @Test
  void whateverIsTakenIsCarried() {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    int taken = 0;
    for (int round = 0; round < 2_000; round++) {
      SplittableRandom random = new SplittableRandom(seed + round);
      String at = "replay with -Dpackice.seed=" + (seed + round);
      Metadata meta;
      try {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(text(random), value(random, 0));
        meta = Metadata.of(fields);
      } catch (IllegalArgumentException refused) {
        assertThat(refused.getMessage()).as(at).startsWith("Cannot use ").doesNotContain("\n")
            .doesNotContain("Feature");
        assertThat(Utf8.hasForm(refused.getMessage())).as(at).isTrue();
        continue;
      }
      taken++;
      assertThat(carried(meta)).as(at).isEqualTo(meta.toJson());
      assertThat(Metadata.parse(meta.toJson())).as(at).isEqualTo(meta);
      assertThat(Metadata.of(meta.toMap())).as(at).isNotNull();
    }
    assertThat(taken).isBetween(200, 1_900);
  }

  private static @Nullable Object value(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth > 70 ? 8 : 11)) {
      case 0 -> random.nextLong();
      case 1 -> Double.longBitsToDouble(random.nextLong() | (random.nextInt(20) == 0 ? 0x7ffL << 52 : 0));
      case 2 -> new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(-330, 330));
      case 3 -> null;
      case 4 -> random.nextBoolean();
      case 5, 6, 7 -> text(random);
      case 8 -> new ArrayList<>(java.util.Arrays.asList(value(random, depth + 1), value(random, depth + 1)));
      default -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(text(random), value(random, depth + 1));
        yield fields;
      }
    };
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(switch (random.nextInt(8)) {
        case 0 -> (char) random.nextInt(0x20);
        case 1 -> (char) random.nextInt(0x7f, 0xa1);
        case 2 -> random.nextInt(10) == 0 ? (char) random.nextInt(0xd800, 0xe000) : 'a';
        case 3 -> Character.toString(random.nextInt(0x10000, 0x110000));
        case 4 -> (char) random.nextInt(0x2020, 0x2030);
        default -> (char) random.nextInt('a', 'z');
      });
    }
    return text.toString();
  }

  private static String nested(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  /** Through a listing, a lease and a manifest, as bytes; all say the same. */
  private static String carried(Metadata meta) {
    StoredObject object = new StoredObject(new ObjectId("o"), List.of(new Blob(0, 1)), meta, null, null);
    ObjectStatus status = new ObjectStatus(object, 1, 1, false, Duration.ZERO, Duration.ZERO, null);
    Response page = Wire.response(sent(Response.page(new ObjectPage(List.of(status), null))));
    String listed = page.toPage().objects().getFirst().object().meta().toJson();
    Lease lease = new Lease(new LeaseId("l"), Intent.READ, null, 1, 1, object);
    assertThat(Wire.response(sent(Response.granted(lease))).toLease().object().meta().toJson()).isEqualTo(listed);
    try {
      Manifest manifest = Manifest.parse(new Manifest(object, 1, Instant.EPOCH, List.of(0)).toBytes());
      assertThat(manifest.object().meta().toJson()).isEqualTo(listed);
    } catch (Exception damage) {
      throw new AssertionError(damage);
    }
    return listed;
  }

  private static byte[] sent(Response response) {
    return Wire.encode(response);
  }
}
