package io.packice.jmh;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A connection over loopback whose one end writes a mapping whenever the other asks, by one byte. */
final class RawSocket implements AutoCloseable {
  private final SocketChannel receiving;
  private final Thread sender;

  /** Whoever makes one closes it. */
  RawSocket(ByteBuffer payload) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      receiving = SocketChannel.open(listener.getLocalAddress());
      SocketChannel sending = listener.accept();
      sender = Thread.ofPlatform().daemon().start(() -> send(sending, payload));
    }
  }

  private static void send(SocketChannel channel, ByteBuffer payload) {
    try (channel) {
      while (channel.read(ByteBuffer.allocate(1)) == 1) {
        ByteBuffer rest = payload.duplicate();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the receiver then meets the end of the stream", e);
    }
  }

  /** Fills a segment of the payload's length. */
  void receive(MemorySegment target) throws IOException {
    receiving.write(ByteBuffer.wrap(new byte[1]));
    ByteBuffer buffer = target.asByteBuffer();
    while (buffer.hasRemaining()) {
      if (receiving.read(buffer) < 0) {
        throw new EOFException("the sender ended after " + buffer.position() + " bytes");
      }
    }
  }

  /** Waits for the sender to end, too: it may still be inside the payload when all of it has arrived. */
  @Override
  public void close() throws IOException {
    receiving.close();
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
