package io.packice.transport.http;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request to a {@link Route}, and the way to its answer, which is given once: what comes after the first is dropped. Neither a slow sender nor a slow reader holds
 * a thread, and the server's limits of silence and slowness hold for both. Safe from any thread, but for the body, which is read once.
 */
public interface HttpCall {
  /**
   * The request's method.
   *
   * @return such as {@code GET} or {@code HEAD}
   */
  String method();

  /**
   * What the request's path has where its route's has a name.
   *
   * @param name without braces
   * @return the segment, decoded; it may be empty, and may have any characters
   * @throws IllegalArgumentException if the route's path has no such name
   */
  String variable(String name);

  /**
   * A parameter of the query.
   *
   * @param name which
   * @return its first value, decoded; null if it is not there
   */
  @Nullable
  String parameter(String name);

  /**
   * A field of the request's head.
   *
   * @param name which, in upper or lower case
   * @return its first value; null if it is not there
   */
  @Nullable
  String header(String name);

  /**
   * Puts a field into the head of the answer, before that is given.
   *
   * @param name which
   * @param value visible characters
   */
  void answerHeader(String name, String value);

  /**
   * Reads the whole body, and then goes on; what that throws is the answer. Of bodies that are kept so, all that are not whole yet are bounded together.
   *
   * @param action takes the bytes; none if there is no body
   */
  void body(Consumer<byte[]> action);

  /**
   * Reads a long body as it comes. One of the last two is called in the end.
   *
   * @param sink takes each part; the buffer is good until it returns
   * @param onEnd is called behind the last part; what it throws is the answer
   * @param onFailure is called if the body is too long, broken off, or not what its digest says; the server answers behind it
   */
  void parts(Consumer<ByteBuffer> sink, Runnable onEnd, Consumer<Throwable> onFailure);

  /**
   * Answers.
   *
   * @param status the status, from 200
   * @param type the type of its content, such as {@code application/json}
   * @param body the content, which nobody changes any more; it counts as the server's memory until it has been read
   */
  void answer(int status, String type, byte[] body);

  /**
   * Answers with memory, which is not copied if it is native.
   *
   * @param status the status, from 200
   * @param type the type of its content
   * @param body the content, one piece behind the other
   * @param afterwards is called once, when nothing reads the memory any more, whether all of it was sent or not
   */
  void answer(int status, String type, List<MemorySegment> body, Runnable afterwards);

  /**
   * Begins an answer whose content comes bit by bit, such as server-sent events ({@code text/event-stream}).
   *
   * @param status the status, from 200
   * @param type the type of its content
   * @return takes the content; the caller closes it
   * @throws IllegalStateException if there is an answer already
   */
  AnswerStream stream(int status, String type);

  /**
   * Answers with what a failure means, as if the handler had thrown it.
   *
   * @param failure why there is no other answer
   */
  void fail(Throwable failure);
}
