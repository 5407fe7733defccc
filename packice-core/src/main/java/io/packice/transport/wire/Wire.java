package io.packice.transport.wire;

import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.JsonTrouble;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.OwnJson;
import io.packice.core.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** How values look in messages: field names in snake case, durations in seconds, unknown fields ignored. */
public final class Wire {
  /** The version of the protocol. */
  public static final int VERSION = 1;

  /** The longest request that a peer reads, in bytes. */
  public static final int MAX_REQUEST_BYTES = 1 << 20;

  /** The longest response that a client reads, in bytes: a full page of a listing with metadata. */
  public static final int MAX_RESPONSE_BYTES = 1 << 26;

  /** What clients and servers of others that know no hello read at once. */
  public static final int MOST_PLAIN_BYTES = 4_096;

  /** The longest text of a field, in bytes of UTF-8, unless the field says something else: as of ids. Metadata and a prefix have bounds of their own. */
  public static final int MAX_NAME_BYTES = ObjectId.MAX_BYTES;

  private static final double MAX_SECONDS = 1e10;

  private static final int USUAL_BYTES = 512;

  /** Messages are read and written field by field: a process that only takes leases then loads no data binding, which takes longer than the leases. */
  private static final JsonFactory JSON = OwnJson.FACTORY;

  private Wire() {
  }

  /**
   * A request as it travels, with a newline behind it. Nothing of it is sent before all of it has been encoded.
   *
   * @param request what is asked
   * @return UTF-8
   * @throws InvalidRequestException if it has a text that has no form in UTF-8
   */
  public static byte[] encode(Request<?> request) {
    try {
      return bytes(request::write);
    } catch (JacksonException e) {
      throw new InvalidRequestException("Cannot send the request: " + JsonTrouble.of(e) + "; see the protocol", e);
    }
  }

  /**
   * A response as it travels, with a newline behind it. Nothing of it is sent before all of it has been encoded.
   *
   * @param response the answer
   * @return UTF-8
   */
  public static byte[] encode(Response response) {
    return bytes(response::write);
  }

  private static byte[] bytes(Consumer<FieldWriter> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      fields.accept(new FieldWriter(json));
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  /**
   * An answer to a client that has said no hello: such clients read once, {@value #MOST_PLAIN_BYTES} bytes, and take that for all of it. So of what is longer, what they
   * do not know is left out, step by step; metadata is whole in any case.
   *
   * @param response the answer, which is changed by that
   * @return UTF-8, of at most so many bytes if its metadata lets it
   */
  public static byte[] encodePlain(Response response) {
    byte[] bytes = encode(response);
    while (bytes.length > MOST_PLAIN_BYTES && response.shorten()) {
      bytes = encode(response);
    }
    return bytes;
  }

  /**
   * A request as servers want it that take all that they read at once for one: without anything behind it.
   *
   * @param request what is asked
   * @return UTF-8
   * @throws InvalidRequestException if it has a text that has no form in UTF-8
   */
  public static byte[] encodeBare(Request<?> request) {
    byte[] line = encode(request);
    return Arrays.copyOf(line, line.length - 1);
  }

  static JsonGenerator generator(Writer to) {
    return JSON.createGenerator(ObjectWriteContext.empty(), to);
  }

  /**
   * The text of what is no message.
   *
   * @param bytes such as a field of a head
   * @return their text
   * @throws InvalidRequestException if they are not UTF-8
   */
  public static String text(byte[] bytes) {
    if (!Utf8.isValid(bytes)) {
      throw notUtf8();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static InvalidRequestException notUtf8() {
    return new InvalidRequestException("Cannot read the message: its bytes are not UTF-8; see the protocol");
  }

  /**
   * Reads a request that says its command.
   *
   * @param message one JSON object
   * @return the request
   * @throws InvalidRequestException if it is no such message, or nobody knows its command
   * @throws IllegalArgumentException if a field is out of range
   */
  public static Request<?> request(byte[] message) {
    String name = parse(message, json -> new FieldReader(json).find("command"));
    Command<?> command = name == null ? null : Command.named(name);
    if (command == null) {
      read(message, (_, value) -> value.skip()); // whether it is a message at all
      throw Command.unknown(name);
    }
    return request(command, message);
  }

  /**
   * Reads a request whose command is known from elsewhere.
   *
   * @param command which
   * @param message one JSON object
   * @param <Q> what it asks for
   * @return the request
   * @throws InvalidRequestException if it is no such message
   * @throws IllegalArgumentException if a field is out of range
   */
  public static <Q> Request<Q> request(Command<Q> command, byte[] message) {
    Request.Reading<Q> request = new Request.Reading<>(command);
    read(message, request);
    return request.done();
  }

  /**
   * Reads a response.
   *
   * @param message one JSON object
   * @return the message
   * @throws InvalidRequestException if it is no such message
   */
  public static Response response(byte[] message) {
    Response response = new Response();
    read(message, response::read);
    return response;
  }

  private static void read(byte[] message, FieldReader.Fields fields) {
    boolean _ = parse(message, json -> {
      new FieldReader(json).fields(fields);
      if (json.nextToken() != null) {
        throw new InvalidRequestException("Cannot read the message: more than one JSON object; see the protocol");
      }
      return true;
    });
  }

  /** The parser would take other encodings, too, and wrong bytes for characters. */
  private static <T extends @Nullable Object> T parse(byte[] message, Function<JsonParser, T> reading) {
    boolean isOtherEncoding = message.length > 1 && (message[0] == 0 || message[1] == 0);
    if (isOtherEncoding || !Utf8.isValid(message)) {
      throw notUtf8();
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), message)) {
      json.nextToken();
      return reading.apply(json);
    } catch (JacksonException e) {
      throw new InvalidRequestException("Cannot read the message: " + JsonTrouble.of(e) + "; see the protocol", e);
    }
  }

  /** Of somebody who may have sent anything. */
  static Metadata metadata(@Nullable String json) {
    return json == null || json.equals(Metadata.empty().toJson()) ? Metadata.empty() : Metadata.parse(json);
  }

  static String name(Intent intent) {
    return intent.name().toLowerCase(Locale.ROOT);
  }

  static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : requiredSeconds(duration);
  }

  static double requiredSeconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  /** Whole seconds without a fraction, so that a client that expects an integer finds one where there is one. */
  static @Nullable Number wholeSeconds(@Nullable Duration duration) {
    if (duration == null) {
      return null;
    }
    return duration.getNano() == 0 ? (Number) duration.getSeconds() : (Number) requiredSeconds(duration);
  }

  static Duration duration(double seconds) {
    if (!(seconds >= 0 && seconds <= MAX_SECONDS)) {
      throw new InvalidRequestException(
          "Cannot use a time of " + seconds + " seconds; give 0 to " + (long) MAX_SECONDS);
    }
    long whole = (long) seconds;
    return Duration.ofSeconds(whole, Math.round((seconds - whole) * 1e9));
  }
}
