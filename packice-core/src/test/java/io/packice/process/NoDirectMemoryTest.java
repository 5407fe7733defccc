package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.Extent;
import io.packice.internal.os.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that has reached its limit of direct memory can still give back what it holds. */
final class NoDirectMemoryTest {
  @Test
  void whatIsHeldCanBeGivenBackAtTheLimit() throws IOException {
    try (Child child = new Child(List.of("-XX:MaxDirectMemorySize=4m"), Main.class)) {
      assertThat(child.line()).isEqualTo("full");
      assertThat(child.line()).isEqualTo("given back");
    }
  }

  static final class Main {
    private Main() {
    }

    public static void main(String[] args) throws IOException {
      List<ByteBuffer> all = new ArrayList<>();
      try (Descriptor memfd = Descriptor.memfd("limit")) {
        memfd.allocate(4096);
        Arena arena = Arena.ofConfined();
        memfd.map(0, 4096, Extent.Access.READ_ONLY, arena);
        memfd.reopen(Extent.Access.READ_ONLY).close();
        fill(all);
        System.out.println("full");
        arena.close();
        memfd.map(0, 4096, Extent.Access.READ_ONLY, Arena.global());
      }
      System.out.println("given back" + (all.isEmpty() ? ", of nothing" : ""));
    }

    private static void fill(List<ByteBuffer> all) {
      for (int bytes = 1 << 20; bytes > 0; bytes /= 2) {
        try {
          while (true) {
            all.add(ByteBuffer.allocateDirect(bytes));
          }
        } catch (OutOfMemoryError full) {
          // less may still fit
        }
      }
    }
  }
}
