package io.packice.storage.peer;

import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.InvalidRequestException;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.PackiceException;
import io.packice.storage.AbsentException;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.UnavailableException;

/** What a peer says, as the family of storage. */
final class PeerFailures {
  private PeerFailures() {
  }

  static NodeException of(String verb, String node, PackiceException e) {
    String begin = "Cannot " + verb + " " + node + ": ";
    return switch (e) {
      case NotFoundException _ -> new AbsentException(begin + "there is no such object; look at the listing", e);
      case AlreadyExistsException _ ->
          new ExistsException(begin + "the object is there already; choose another name", e);
      case NotPermittedException _,InvalidRequestException _ -> new DeniedException(begin + why(e), e);
      case CapacityExceededException _ -> new UnavailableException(begin + why(e), false, e);
      default -> new UnavailableException(begin + why(e), true, e);
    };
  }

  /** The peer's own reason and advice, behind its "Cannot …: ". */
  private static String why(PackiceException e) {
    String message = e.getMessage();
    return message.startsWith("Cannot ") && message.contains(": ") ? message.substring(message.indexOf(": ") + 2)
        : message;
  }
}
