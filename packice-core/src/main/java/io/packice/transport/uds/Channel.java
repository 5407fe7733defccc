package io.packice.transport.uds;

import io.packice.internal.os.Descriptor;
import io.packice.internal.os.DescriptorStream;
import io.packice.internal.os.DescriptorStream.Descriptors;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * Messages and descriptors over one socket. junixsocket makes and closes the socket; what travels on it goes by system calls of our own, which are
 * fewer: it would ask for each descriptor again, and hand it out as one that ends with the socket. For one reading and one writing thread at a
 * time.
 */
final class Channel implements AutoCloseable {
  private final DescriptorStream stream;
  private final MessageReader messages;
  private List<Descriptor> received = new ArrayList<>();

  private Channel(AFUNIXSocket socket, int maxMessageBytes, Descriptors wanted) throws IOException {
    int fd = FileDescriptorCast.using(socket.getFileDescriptor()).as(Integer.class);
    this.stream = new DescriptorStream(fd, wanted, socket::close);
    this.messages =
        new MessageReader((target, offset, length) -> stream.read(target, offset, length, received), maxMessageBytes);
  }

  /** A client's end, which is sent descriptors. */
  static Channel ofClient(AFUNIXSocket socket) throws IOException {
    return new Channel(socket, Wire.MAX_RESPONSE_BYTES, Descriptors.ACCEPTED);
  }

  /** A peer's end. Nobody needs to send it descriptors; it keeps none. */
  static Channel ofPeer(AFUNIXSocket socket) throws IOException {
    return new Channel(socket, Wire.MAX_REQUEST_BYTES, Descriptors.REFUSED);
  }

  /** The next message; null at the end of the stream. */
  byte @Nullable [] read() throws IOException {
    return messages.next();
  }

  /** Sends a message, as {@link Wire#encode} gave it, with one descriptor on its first byte or with none. */
  void write(byte[] message, @Nullable Integer fd) throws IOException {
    stream.write(message, fd);
  }

  /** The descriptors that came with what was read so far; the caller closes them. */
  List<Descriptor> takeDescriptors() {
    if (received.isEmpty()) {
      return List.of();
    }
    List<Descriptor> taken = received;
    received = new ArrayList<>();
    return taken;
  }

  /** Closes the socket as soon as nobody reads or writes, which this ends. */
  @Override
  public void close() throws IOException {
    stream.close();
  }
}
