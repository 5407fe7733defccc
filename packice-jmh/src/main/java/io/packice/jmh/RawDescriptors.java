package io.packice.jmh;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * A Unix socket whose one end answers each byte with a byte, and each byte that is not zero with the descriptor of a file as well: what
 * remains of a lease when there are no rules.
 */
final class RawDescriptors implements AutoCloseable {
  private static final int ANCILLARY_BYTES = 64;

  private final AFUNIXSocket client;
  private final RandomAccessFile file;
  private final long byteSize;

  /** Whoever makes one closes it. */
  RawDescriptors(Path socket, Path payload) throws IOException {
    file = new RandomAccessFile(payload.toFile(), "r");
    byteSize = file.length();
    AFUNIXSocketAddress address = AFUNIXSocketAddress.of(socket);
    try (AFUNIXServerSocket listener = AFUNIXServerSocket.newInstance()) {
      listener.bind(address);
      client = AFUNIXSocket.newInstance();
      client.setAncillaryReceiveBufferSize(ANCILLARY_BYTES);
      client.connect(address);
      AFUNIXSocket server = listener.accept();
      FileDescriptor descriptor = file.getFD();
      Thread.ofPlatform().daemon().start(() -> answer(server, descriptor));
    }
  }

  private static void answer(AFUNIXSocket server, FileDescriptor descriptor) {
    try (server) {
      for (int asked = server.getInputStream().read(); asked >= 0; asked = server.getInputStream().read()) {
        if (asked > 0) {
          server.setOutboundFileDescriptors(descriptor);
        }
        server.getOutputStream().write(asked);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the client then meets the end of the stream", e);
    }
  }

  /** A byte there and back. */
  int pingPong() throws IOException {
    client.getOutputStream().write(0);
    return client.getInputStream().read();
  }

  /** Asks for the descriptor, and maps what it is of. */
  MemorySegment map(Arena arena) throws IOException {
    client.getOutputStream().write(1);
    if (client.getInputStream().read() != 1) {
      throw new IOException("the other end is gone");
    }
    try (FileInputStream received = new FileInputStream(client.getReceivedFileDescriptors()[0]);
        FileChannel channel = received.getChannel()) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, byteSize, arena);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    file.close();
  }
}
