package io.packice.transport.wire;

import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.JsonTrouble;
import io.packice.core.Metadata;
import io.packice.core.OwnJson;
import io.packice.core.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
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

  private static final double MAX_SECONDS = 1e10;

  private static final int USUAL_BYTES = 512;

  /** Messages are read and written field by field: a process that only takes leases then loads no data binding, which takes longer than the leases. */
  private static final JsonFactory JSON = OwnJson.FACTORY;

  private Wire() {
  }

  /**
   * A message as it travels, with a newline behind it. Nothing of a message is sent before all of it has been encoded.
   *
   * @param message a {@link Request} or {@link Response}
   * @return UTF-8
   * @throws InvalidRequestException if it is a request with a text that has no form in UTF-8
   */
  public static byte[] encode(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      message.write(new FieldWriter(json));
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (JacksonException e) {
      throw message instanceof Request
          ? new InvalidRequestException("Cannot send the request: " + JsonTrouble.of(e) + "; see the protocol", e)
          : e;
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
   * A message as servers want it that take all that they read at once for one: without anything behind it.
   *
   * @param message a {@link Request} or {@link Response}
   * @return UTF-8
   * @throws InvalidRequestException if it is a request with a text that has no form in UTF-8
   */
  public static byte[] encodeBare(Message message) {
    byte[] line = encode(message);
    return Arrays.copyOf(line, line.length - 1);
  }

  static JsonGenerator generator(Writer to) {
    return JSON.createGenerator(ObjectWriteContext.empty(), to);
  }

  /**
   * The text of a message.
   *
   * @param message bytes
   * @return their text
   * @throws InvalidRequestException if they are not UTF-8
   */
  public static String text(byte[] message) {
    try {
      return Utf8.decode(message, 0, message.length);
    } catch (CharacterCodingException e) {
      throw new InvalidRequestException("Cannot read the message: its bytes are not UTF-8; see the protocol", e);
    }
  }

  /**
   * Reads a request as it came.
   *
   * @param message one JSON object
   * @return the message
   * @throws InvalidRequestException if it is no such message
   */
  public static Request request(byte[] message) {
    return request(text(message));
  }

  /**
   * Reads a response as it came.
   *
   * @param message one JSON object
   * @return the message
   * @throws InvalidRequestException if it is no such message
   */
  public static Response response(byte[] message) {
    return response(text(message));
  }

  /**
   * Reads a request.
   *
   * @param text one JSON object
   * @return the message
   * @throws InvalidRequestException if it is no such message
   */
  public static Request request(String text) {
    return read(text, new Request());
  }

  /**
   * Reads a response.
   *
   * @param text one JSON object
   * @return the message
   * @throws InvalidRequestException if it is no such message
   */
  public static Response response(String text) {
    return read(text, new Response());
  }

  private static <T extends Message> T read(String text, T message) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      new FieldReader(json).fields(message::read);
      if (json.nextToken() != null) {
        throw new InvalidRequestException("Cannot read the message: more than one JSON object; see the protocol");
      }
      return message;
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
