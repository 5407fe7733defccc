package io.packice.transport.http;

/**
 * The content of an answer that comes bit by bit. Nobody waits for a slow reader: what it has not read is kept for it, up to a bound, and beyond that it is disconnected, as it is when
 * what it is sent hardly moves. Silence ends nothing: so write something now and then, such as an empty comment of server-sent events, which finds out whether anybody is
 * still there. Safe from any thread.
 */
public interface AnswerStream extends AutoCloseable {
  /** What a reader may leave unread, in bytes. */
  int MOST_UNREAD_BYTES = 256 << 10;

  /**
   * Sends bytes, behind those before. Does not wait.
   *
   * @param bytes what nobody changes any more; each call is sent at once
   * @return false if nobody reads any more: the client has gone, or was too slow, or this is closed; there is nothing to do then but stop
   */
  boolean write(byte[] bytes);

  /**
   * Whether somebody may still read.
   *
   * @return false as soon as {@link #write} would say so
   */
  boolean isOpen();

  /** Ends the answer behind what was written. A second close does nothing. */
  @Override
  void close();
}
