package io.packice.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import io.packice.transport.uds.UdsSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader may try with the descriptor that it was given, by native calls: the kernel refuses every one. */
final class HostileReaderTest {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final int O_RDWR = 2;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int PUNCH_HOLE_KEEP_SIZE = 3;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int ALL_SEALS = 15;

  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  @Test
  void noDescriptorOfASealedObjectCanChangeIt(@TempDir Path folder) throws Throwable {
    MethodHandle open =
        link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    MethodHandle close = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    MethodHandle write = link("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    MethodHandle truncate = link("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    MethodHandle punch = link("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    MethodHandle map =
        link("mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    MethodHandle protect = link("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    MethodHandle seals =
        link("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));

    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket()); Session session = UdsSession.connect(server.socket());
        Arena arena = Arena.ofConfined()) {
      try (var writer = client.create("sealed", 8192)) {
        writer.seal();
      }
      Grant grant = session.acquire(AcquireRequest.read(new ObjectId("sealed")));
      int given = grant.extent().fd();
      // Root may open what nobody has write permission for; everybody else is refused already here.
      int reopened = (int) open.invokeExact(arena.allocateFrom("/proc/self/fd/" + given), O_RDWR);
      for (int fd : reopened < 0 ? new int[] {given} : new int[] {given, reopened}) {
        assertThat((long) write.invokeExact(fd, arena.allocateFrom("x"), 1L, 0L)).as("pwrite").isEqualTo(-1);
        assertThat((int) truncate.invokeExact(fd, 0L)).as("shrink").isEqualTo(-1);
        assertThat((int) truncate.invokeExact(fd, 1L << 20)).as("grow").isEqualTo(-1);
        assertThat((int) punch.invokeExact(fd, PUNCH_HOLE_KEEP_SIZE, 0L, 4096L)).as("punch a hole").isEqualTo(-1);
        assertThat((long) map.invokeExact(0L, 8192L, PROT_READ_WRITE, MAP_SHARED, fd, 0L)).as("map writable")
            .isEqualTo(-1);
        assertThat((int) seals.invokeExact(fd, F_ADD_SEALS, 16)).as("add a seal").isEqualTo(-1);
        assertThat((int) seals.invokeExact(fd, F_GET_SEALS, 0) & ALL_SEALS).as("seals").isEqualTo(ALL_SEALS);
      }
      MemorySegment mapped = grant.extent().map(0, 8192, Extent.Access.READ_ONLY, arena);
      assertThat((int) protect.invokeExact(mapped.address(), 8192L, PROT_READ_WRITE)).as("mprotect").isEqualTo(-1);
      if (reopened >= 0) {
        assertThat((int) close.invokeExact(reopened)).isZero();
      }
      grant.extent().close();
      try (LeasedObject object = client.get("sealed")) {
        assertThat(object.blob(0).segment().toArray(JAVA_BYTE)).hasSize(8192).containsOnly(0);
      }
    }
  }
}
