package io.packice.process;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.PackiceException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A client that does what its arguments say, one after the other, and prints how each ended: {@code ok}, or the code and the message. */
final class OtherUserMain {
  private OtherUserMain() {
  }

  /** Arguments: the socket, then such as {@code create x}. */
  public static void main(String[] args) {
    try (PackiceClient client = Packice.connect(Path.of(args[0]))) {
      for (int i = 1; i + 1 < args.length; i += 2) {
        System.out.println(outcome(client, args[i], args[i + 1]));
      }
    } catch (PackiceException refused) {
      System.out.println(refused.code() + " " + refused.getMessage());
    }
  }

  private static String outcome(PackiceClient client, String what, String id) {
    try {
      switch (what) {
        case "create" -> create(client, id);
        case "read" -> read(client, id);
        case "discard" -> client.discard(id);
        case "pin" -> client.pin(id);
        default -> throw new IllegalArgumentException(what);
      }
      return "ok";
    } catch (PackiceException refused) {
      return refused.code() + " " + refused.getMessage();
    }
  }

  private static void create(PackiceClient client, String id) {
    try (ObjectWriter writer = client.create(id, 5)) {
      writer.blob(0).segment().set(ValueLayout.JAVA_BYTE, 4, (byte) 7);
      writer.seal();
    }
  }

  private static void read(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      if (object.blob(0).segment().get(ValueLayout.JAVA_BYTE, 4) != 7) {
        throw new IllegalStateException("wrong bytes");
      }
    }
  }
}
