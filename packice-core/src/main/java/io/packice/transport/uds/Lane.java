package io.packice.transport.uds;

import io.packice.core.PackiceException;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.util.function.Consumer;

/** One connection to a peer: a request and its answer at a time. For one thread at a time, but for its close, which any may call. */
final class Lane implements AutoCloseable {
  /** So few that their answers always fit into the socket's buffer: the peer must never wait for us to read them. */
  private static final int MOST_UNREAD = 64;

  final Channel channel;
  private final Consumer<PackiceException> notReleased;
  private int unread; // answers that are still to come, of requests that nobody waits for

  Lane(Channel channel, Consumer<PackiceException> notReleased) {
    this.channel = channel;
    this.notReleased = notReleased;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws PackiceException what the peer refuses
   * @throws IOException if the connection breaks; it is of no use any more
   */
  Response exchange(Request<?> request) throws IOException {
    return unlessRefused(answerTo(request));
  }

  /** The answer, whatever it is. */
  Response answerTo(Request<?> request) throws IOException {
    byte[] message = Wire.encode(request); // what cannot be sent is this request's trouble alone
    channel.write(message, null);
    readUnread();
    return read();
  }

  /** The answer, if it is no refusal; throws that otherwise. */
  static Response unlessRefused(Response response) {
    PackiceException refusal = response.toException();
    if (refusal != null) {
      throw refusal;
    }
    return response;
  }

  /** Asks without waiting: the answer is read before that to the next request. */
  void send(Request<?> request) throws IOException {
    if (unread == MOST_UNREAD) {
      readUnread();
    }
    channel.write(Wire.encode(request), null);
    unread++;
  }

  /** Reads the answers that nobody has waited for. A release that went wrong has nobody to tell, and the lease ends with the session. */
  void readUnread() throws IOException {
    for (; unread > 0; unread--) {
      PackiceException refusal = read().toException();
      if (refusal != null) {
        notReleased.accept(refusal);
      }
    }
  }

  private Response read() throws IOException {
    byte[] answer = channel.read();
    if (answer == null) {
      throw new IOException("the peer closed the connection");
    }
    return Wire.response(answer);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
