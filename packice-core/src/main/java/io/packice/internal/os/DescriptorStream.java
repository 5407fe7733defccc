package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connected Unix socket, and the descriptors that travel on them: one system call for each message. The socket stays its owner's,
 * who is told when nobody uses it any more.
 *
 * <p>For one reading and one writing thread at a time; closed by any, which wakes both. Both should be platform threads: they wait inside the
 * kernel.
 *
 * <pre>
 * msghdr   name | its length | iovecs | how many | cmsghdr | its length | flags
 * iovec    base | length
 * cmsghdr  length | level | type | descriptors, an int each
 * </pre>
 */
public final class DescriptorStream implements AutoCloseable {
  /** Bytes that travel at most by one system call. */
  public static final int MOST_BYTES = 1 << 14;

  /** The most descriptors that the kernel lets one message carry (SCM_MAX_FD). */
  private static final int MOST_DESCRIPTORS = 253;

  private static final int CONTROL_DATA = Constant.CMSG_DATA.here();
  private static final int CONTROL_ALIGNMENT = Constant.CMSG_ALIGNMENT.here();
  private static final long IOV_LENGTH = Constant.IOVEC_LENGTH.here();
  private static final int LEVEL = Constant.SOL_SOCKET.here();
  private static final int TYPE = Constant.SCM_RIGHTS.here();

  /** Set in {@link #users} once closed; the lower bits count who is inside. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private final int fd;
  private final Descriptors wanted;
  private final Owner owner;
  private final AtomicInteger users = new AtomicInteger();
  private final Direction in;
  private final Direction out;
  private boolean hasLost; // of the reading thread

  /** Closes the socket. */
  @FunctionalInterface
  public interface Owner {
    /**
     * Called once, when the stream is closed and nobody is inside.
     *
     * @throws IOException if the socket does not close
     */
    void close() throws IOException;
  }

  /** What descriptors a reader wants. */
  public enum Descriptors {
    /** Those that come; the caller of {@link DescriptorStream#read} closes them. */
    ACCEPTED,
    /** None: the kernel closes those that come. */
    REFUSED
  }

  private interface Operation {
    long on(int fd) throws PosixException;
  }

  /** A msghdr and what it points to, in native memory. */
  private static final class Direction {
    private final MemorySegment header;
    private final MemorySegment bytes;
    private final MemorySegment iov;
    private final MemorySegment control;

    Direction(Arena arena, int mostDescriptors) {
      header = arena.allocate(Constant.MSGHDR_BYTES.here(), Long.BYTES);
      bytes = arena.allocate(MOST_BYTES);
      iov = arena.allocate(Constant.IOVEC_BYTES.here(), Long.BYTES);
      control = arena.allocate(CONTROL_DATA + (long) Integer.BYTES * mostDescriptors + Integer.BYTES, Long.BYTES);
      iov.set(ADDRESS, 0, bytes);
      Field.MSGHDR_IOV.set(header, iov.address());
      Field.MSGHDR_IOVLEN.set(header, 1);
    }

    /** Of how many bytes, with how many descriptors of room or of content. */
    MemorySegment header(int byteSize, int descriptors) {
      iov.set(JAVA_LONG, IOV_LENGTH, byteSize);
      Field.MSGHDR_CONTROL.set(header, descriptors == 0 ? 0 : control.address());
      int length = CONTROL_DATA + Integer.BYTES * descriptors;
      Field.MSGHDR_CONTROLLEN.set(header,
          descriptors == 0 ? 0 : (length + CONTROL_ALIGNMENT - 1) & -CONTROL_ALIGNMENT);
      return header;
    }
  }

  /**
   * Takes a connection over.
   *
   * @param fd of a connected stream socket that blocks
   * @param wanted whether descriptors are received
   * @param owner closes the socket
   */
  public DescriptorStream(int fd, Descriptors wanted, Owner owner) {
    this.fd = fd;
    this.wanted = wanted;
    this.owner = owner;
    Arena arena = Arena.ofAuto(); // the last of those inside may be a thread in the kernel: nobody to close it by hand
    this.in = new Direction(arena, wanted == Descriptors.ACCEPTED ? MOST_DESCRIPTORS : 0);
    this.out = new Direction(arena, 1);
  }

  /**
   * Waits for bytes.
   *
   * @param target where they go
   * @param offset of the first
   * @param length the most, at least 1
   * @param received gets the descriptors that came with them; the caller closes them
   * @return how many bytes; -1 at the end
   * @throws IOException if the connection broke, or is closed
   */
  public int read(byte[] target, int offset, int length, List<Descriptor> received) throws IOException {
    int most = Math.min(length, MOST_BYTES);
    int room = wanted == Descriptors.ACCEPTED ? MOST_DESCRIPTORS : 0;
    long count = use(own -> {
      long got = Posix.recvmsg(own, in.header(most, room));
      if (room > 0) {
        received.addAll(descriptors());
        hasLost |= (Field.MSGHDR_FLAGS.get(in.header) & Constant.MSG_CTRUNC.here()) != 0;
      }
      return got;
    });
    MemorySegment.copy(in.bytes, JAVA_BYTE, 0, target, offset, (int) count);
    return count == 0 ? -1 : (int) count;
  }

  private List<Descriptor> descriptors() throws PosixException {
    if (Field.MSGHDR_CONTROLLEN.get(in.header) < CONTROL_DATA || Field.CMSGHDR_LEVEL.get(in.control) != LEVEL
        || Field.CMSGHDR_TYPE.get(in.control) != TYPE) {
      return List.of();
    }
    List<Descriptor> received = new ArrayList<>();
    for (long at = CONTROL_DATA; at < Field.CMSGHDR_LEN.get(in.control); at += Integer.BYTES) {
      received.add(Descriptor.received(in.control.get(JAVA_INT, at)));
    }
    return received;
  }

  /**
   * Whether a descriptor that came with what was read since the last question could not be taken: this process has as many as it may have. The
   * bytes are all there.
   *
   * @return true once for each such loss, or for several
   */
  public boolean takeLoss() {
    boolean lost = hasLost;
    hasLost = false;
    return lost;
  }

  /**
   * Whether nobody is at the other end any more. Who only has nothing more to say still is. Does not wait; from any thread.
   *
   * @return true also if this end is closed
   */
  public boolean isHungUp() {
    try {
      return use(own -> Posix.isHungUp(own) ? 1 : 0) == 1;
    } catch (IOException closed) {
      return true;
    }
  }

  /**
   * Sends all of it.
   *
   * @param source the bytes; at least one
   * @param descriptor travels on the first of them, and stays the caller's; none if null
   * @throws IOException if the connection broke, or is closed
   */
  public void write(byte[] source, @Nullable Integer descriptor) throws IOException {
    int done = 0;
    while (done < source.length) {
      int count = Math.min(MOST_BYTES, source.length - done);
      MemorySegment.copy(source, done, out.bytes, JAVA_BYTE, 0, count);
      boolean carries = false;
      if (descriptor != null && done == 0) {
        carries = true;
        Field.CMSGHDR_LEN.set(out.control, CONTROL_DATA + Integer.BYTES);
        Field.CMSGHDR_LEVEL.set(out.control, LEVEL);
        Field.CMSGHDR_TYPE.set(out.control, TYPE);
        out.control.set(JAVA_INT, CONTROL_DATA, descriptor);
      }
      MemorySegment header = out.header(count, carries ? 1 : 0);
      done += (int) use(own -> Posix.sendmsg(own, header));
    }
  }

  private long use(Operation operation) throws IOException {
    if (users.getAndUpdate(count -> count < 0 ? count : count + 1) < 0) {
      throw new IOException("the connection is closed");
    }
    try {
      return operation.on(fd);
    } catch (PosixException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      leave();
    }
  }

  private void leave() throws IOException {
    if (users.decrementAndGet() == CLOSED) {
      owner.close();
    }
  }

  /**
   * Ends the connection. A second close does nothing.
   *
   * @throws IOException if the socket does not close
   */
  @Override
  public void close() throws IOException {
    if (users.getAndUpdate(count -> count < 0 ? count : (count + 1) | CLOSED) < 0) {
      return;
    }
    try {
      Posix.shutdown(fd);
    } catch (PosixException goneAlready) {
      // the other end was faster; what is left is to close
    } finally {
      leave();
    }
  }
}
