package io.packice.internal.os;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.LeakCheck;
import io.packice.internal.os.DescriptorStream.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketPair;
import org.newsclub.net.unix.FileDescriptorCast;

final class DescriptorStreamTest {
  private AFUNIXSocketPair<AFUNIXSocketChannel> pair;
  private final AtomicInteger closed = new AtomicInteger();
  private final List<Descriptor> received = new ArrayList<>();

  @BeforeEach
  void connect() throws IOException {
    pair = AFUNIXSocketPair.open();
  }

  @AfterEach
  void disconnect() throws IOException {
    received.forEach(Descriptor::close);
    pair.close();
    LeakCheck.assertNothingHeld();
  }

  private DescriptorStream stream(AFUNIXSocketChannel end, Descriptors wanted) throws IOException {
    int fd = FileDescriptorCast.using(end.getFileDescriptor()).as(Integer.class);
    return new DescriptorStream(fd, wanted, () -> {
      closed.incrementAndGet();
      end.close();
    });
  }

  private byte[] read(DescriptorStream from, int length) throws IOException {
    byte[] all = new byte[length];
    for (int at = 0; at < length;) {
      int count = from.read(all, at, length - at, received);
      assertThat(count).isPositive();
      at += count;
    }
    return all;
  }

  @Test
  void aDescriptorTravelsOnTheFirstByte() throws IOException {
    try (DescriptorStream left = stream(pair.getSocket1(), Descriptors.ACCEPTED);
        DescriptorStream right = stream(pair.getSocket2(), Descriptors.ACCEPTED);
        Descriptor memory = Descriptor.memfd("travels")) {
      memory.write(ByteBuffer.wrap("hello".getBytes(UTF_8)), 0);
      left.write("before".getBytes(UTF_8), null);
      left.write("message".getBytes(UTF_8), memory.fd());
      left.write("after".getBytes(UTF_8), null);
      assertThat(new String(read(right, 18), UTF_8)).isEqualTo("beforemessageafter");
      assertThat(received).hasSize(1);
      assertThat(received.getFirst().fd()).isNotEqualTo(memory.fd());
      assertThat(received.getFirst().byteSize()).isEqualTo(5);
    }
  }

  @Test
  void longMessagesArriveWhole() throws Exception {
    byte[] message = new byte[3_000_001];
    new Random(42).nextBytes(message);
    try (DescriptorStream left = stream(pair.getSocket1(), Descriptors.ACCEPTED);
        DescriptorStream right = stream(pair.getSocket2(), Descriptors.ACCEPTED);
        Descriptor memory = Descriptor.memfd("long")) {
      CompletableFuture<byte[]> reading = CompletableFuture.supplyAsync(() -> {
        try {
          return read(right, message.length);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });
      left.write(message, memory.fd());
      assertThat(Arrays.equals(reading.get(2, TimeUnit.MINUTES), message)).isTrue();
      assertThat(received).hasSize(1);
    }
  }

  @Test
  void whoRefusesDescriptorsHoldsNone() throws IOException {
    try (DescriptorStream left = stream(pair.getSocket1(), Descriptors.REFUSED);
        DescriptorStream right = stream(pair.getSocket2(), Descriptors.REFUSED);
        Descriptor memory = Descriptor.memfd("refused")) {
      left.write(new byte[] {1}, memory.fd());
      assertThat(read(right, 1)).containsExactly(1);
      assertThat(received).isEmpty();
    }
  }

  @Test
  void aCloseWakesWhoReadsAndTheSocketClosesOnce() throws Exception {
    DescriptorStream left = stream(pair.getSocket1(), Descriptors.ACCEPTED);
    CompletableFuture<Integer> waiting = new CompletableFuture<>();
    Thread reader = Thread.ofPlatform().start(() -> {
      try {
        waiting.complete(left.read(new byte[1], 0, 1, received));
      } catch (IOException e) {
        waiting.completeExceptionally(e);
      }
    });
    left.close();
    left.close();
    reader.join();
    assertThat(waiting).isDone(); // the end of the stream, or an exception if the close came first
    assertThat(closed).hasValue(1);
    assertThatThrownBy(() -> left.read(new byte[1], 0, 1, received)).isInstanceOf(IOException.class)
        .hasMessage("the connection is closed");
    assertThatThrownBy(() -> left.write(new byte[1], null)).isInstanceOf(IOException.class);
  }

  @Test
  void theOtherEndsCloseIsTheEndForReadersAndAFailureForWriters() throws IOException {
    try (DescriptorStream left = stream(pair.getSocket1(), Descriptors.ACCEPTED)) {
      stream(pair.getSocket2(), Descriptors.ACCEPTED).close();
      assertThat(left.read(new byte[1], 0, 1, received)).isEqualTo(-1);
      assertThatThrownBy(() -> left.write(new byte[1], null)).isInstanceOf(IOException.class)
          .hasMessageContaining("EPIPE");
    }
  }
}
