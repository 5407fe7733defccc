package io.packice.transport.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Bytes to and from a peer, with a limit on how long it may be silent. For one thread at a time. */
sealed interface Link extends AutoCloseable {
  /** Reads some bytes; -1 at the end. */
  int read(ByteBuffer target) throws IOException;

  /** Writes all of it. */
  void write(ByteBuffer source) throws IOException;

  @Override
  void close() throws IOException;

  static Link open(URI peer, SSLContext tls, Duration timeout) throws IOException {
    boolean isSecure = "https".equals(peer.getScheme());
    int port = peer.getPort() >= 0 ? peer.getPort() : isSecure ? 443 : 80;
    IOException last = null;
    for (InetAddress each : InetAddress.getAllByName(peer.getHost())) {
      InetSocketAddress address = new InetSocketAddress(each, port);
      try {
        return isSecure ? Tls.open(peer.getHost(), address, tls, timeout) : Plain.open(address, timeout);
      } catch (IOException notThis) {
        last = notThis;
      }
    }
    throw last == null ? new UnknownHostException(peer.getHost()) : last;
  }

  /** A channel that reads and writes memory without copying it, and a selector to wait for it. */
  final class Plain implements Link {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long timeoutMillis;

    private Plain(SocketChannel channel, Duration timeout) throws IOException {
      this.channel = channel;
      this.timeoutMillis = Math.max(1, timeout.toMillis());
      this.selector = Selector.open();
      channel.configureBlocking(false);
      this.key = channel.register(selector, 0);
    }

    private static Plain open(InetSocketAddress address, Duration timeout) throws IOException {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.socket().connect(address, (int) Math.max(1, timeout.toMillis()));
        return new Plain(channel, timeout);
      } catch (IOException | RuntimeException failure) {
        channel.close();
        throw failure;
      }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      while (true) {
        int count = channel.read(target);
        if (count != 0 || !target.hasRemaining()) {
          return count;
        }
        await(SelectionKey.OP_READ);
      }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
      while (source.hasRemaining()) {
        if (channel.write(source) == 0) {
          await(SelectionKey.OP_WRITE);
        }
      }
    }

    private void await(int operation) throws IOException {
      key.interestOps(operation);
      selector.selectedKeys().clear();
      if (selector.select(timeoutMillis) == 0 && !Thread.currentThread().isInterrupted()) {
        throw new SocketTimeoutException("it was silent for " + timeoutMillis + " ms");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new java.io.InterruptedIOException("this thread was interrupted");
      }
    }

    @Override
    public void close() throws IOException {
      selector.close();
      channel.close();
    }
  }

  /** The JDK's TLS socket, which has streams only. */
  final class Tls implements Link {
    private static final int STEP_BYTES = 64 << 10;

    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] step = new byte[STEP_BYTES];

    private Tls(SSLSocket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
    }

    private static Tls open(String host, InetSocketAddress address, SSLContext tls, Duration timeout)
        throws IOException {
      int timeoutMillis = Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
      Socket plain = new Socket();
      try {
        plain.setTcpNoDelay(true);
        plain.connect(address, timeoutMillis);
        plain.setSoTimeout(timeoutMillis);
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, address.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must be this host's
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return new Tls(secure);
      } catch (IOException | RuntimeException failure) {
        plain.close();
        throw failure;
      }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int count = in.read(step, 0, Math.min(step.length, target.remaining()));
      if (count > 0) {
        target.put(step, 0, count);
      }
      return count;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
      while (source.hasRemaining()) {
        int count = Math.min(step.length, source.remaining());
        source.get(step, 0, count);
        out.write(step, 0, count);
      }
      out.flush();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
