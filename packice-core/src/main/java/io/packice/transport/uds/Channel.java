package io.packice.transport.uds;

import io.packice.internal.os.Descriptor;
import io.packice.transport.wire.Wire;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * Messages and descriptors over one socket. It knows junixsocket's traps: descriptors are dropped unless a receive buffer for them is set, and
 * received ones end with the socket, so each is duplicated at once. Reads must run on platform threads. For one reading and one writing
 * thread at a time.
 */
final class Channel implements AutoCloseable {
  /** Room for the most descriptors that one message may carry; a response needs one. */
  private static final int ANCILLARY_BYTES = 512;

  private final AFUNIXSocket socket;
  private final MessageReader messages;
  private final OutputStream out;

  Channel(AFUNIXSocket socket, int maxMessageBytes) throws IOException {
    this.socket = socket;
    socket.setAncillaryReceiveBufferSize(ANCILLARY_BYTES);
    this.messages = new MessageReader(socket.getInputStream(), maxMessageBytes);
    this.out = socket.getOutputStream();
  }

  /** The next message; null at the end of the stream. */
  @Nullable
  String read() throws IOException {
    return messages.next();
  }

  /** Sends a message, with one descriptor on its first byte or with none. */
  void write(Object message, @Nullable Integer fd) throws IOException {
    if (fd != null) {
      socket.setOutboundFileDescriptors(FileDescriptorCast.unsafeUsing(fd).getFileDescriptor());
    }
    try {
      out.write(Wire.encode(message));
    } finally {
      if (fd != null) {
        socket.setOutboundFileDescriptors();
      }
    }
  }

  /** The descriptors that came with what was read so far; the caller closes them. */
  List<Descriptor> takeDescriptors() throws IOException {
    List<Descriptor> taken = new ArrayList<>();
    for (FileDescriptor received : socket.getReceivedFileDescriptors()) {
      FileInputStream owner = new FileInputStream(received);
      try {
        taken.add(Descriptor.duplicateOf(FileDescriptorCast.using(received).as(Integer.class)));
      } finally {
        owner.close();
      }
    }
    return taken;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
