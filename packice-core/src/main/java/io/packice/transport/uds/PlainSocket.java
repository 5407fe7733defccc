package io.packice.transport.uds;

import io.packice.core.InvalidRequestException;
import io.packice.core.PeerUnavailableException;
import io.packice.internal.os.Descriptor;
import io.packice.transport.plain.PlainServer;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A server on a Unix socket that knows no hello. Each request has a connection of its own, as that server's own clients do: it reads once for a request, and ends the
 * connection behind a refusal. Safe from any thread.
 */
final class PlainSocket implements PlainServer {
  private final Path socket;

  PlainSocket(Path socket) {
    this.socket = socket;
  }

  @Override
  public String address() {
    return socket.toString();
  }

  @Override
  public Answer ask(Request<?> request) {
    byte[] message = Wire.encodeBare(request);
    if (message.length > Wire.MOST_PLAIN_BYTES) {
      throw new InvalidRequestException(
          "Cannot send the request: it has " + message.length + " bytes, and the server at "
              + socket + " reads " + Wire.MOST_PLAIN_BYTES + "; give less metadata, or a shorter name");
    }
    Dial.requireSocket(socket);
    try (Channel channel = connected()) {
      try {
        channel.write(message, null);
        byte[] answer = channel.read();
        if (answer == null) {
          throw unavailable("it closed the connection without an answer", null);
        }
        return new Answer(read(answer), channel.takeDescriptors(), channel.takeLoss());
      } catch (Throwable failure) {
        channel.takeDescriptors().forEach(Descriptor::close);
        throw failure;
      }
    } catch (IOException e) {
      throw unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  private Response read(byte[] answer) {
    try {
      return Wire.response(answer);
    } catch (InvalidRequestException noMessage) {
      throw unavailable("its answer is no message (" + noMessage.getMessage() + ")", noMessage);
    }
  }

  private Channel connected() {
    try {
      return Dial.connect(socket);
    } catch (IOException e) {
      throw Dial.failure(socket, e);
    }
  }

  private PeerUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new PeerUnavailableException(
        "Cannot reach the server at " + socket + ": " + why + "; its leases last until their TTL, ask again", cause);
  }

  @Override
  public void close() {
    // a connection ends with its request
  }
}
