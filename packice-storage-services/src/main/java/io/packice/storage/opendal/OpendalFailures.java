package io.packice.storage.opendal;

import io.packice.storage.AbsentException;
import io.packice.storage.ChangedException;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.UnavailableException;
import java.util.Locale;
import org.apache.opendal.OpenDALException;

/** What OpenDAL says, as the family of storage; never in its words, which may have addresses and keys. */
final class OpendalFailures {
  private OpendalFailures() {
  }

  static NodeException of(String verb, String node, OpenDALException e) {
    String begin = "Cannot " + verb + " " + node + ": ";
    String lower = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return switch (e.getCode()) {
      case NotFound -> new AbsentException(begin + "there is no such node; look at the listing", e);
      case PermissionDenied -> new DeniedException(begin + "the service refuses; look at the keys and their rights", e);
      case ConfigInvalid -> new DeniedException(begin + "OpenDAL refuses the settings; look at those of its scheme", e);
      case AlreadyExists, IsADirectory, NotADirectory, IsSameFile ->
          new ExistsException(begin + "something is there already; choose another name", e);
      case ConditionNotMatch, RangeNotSatisfied ->
          new ChangedException(begin + "it was changed meanwhile; begin anew", e);
      case RateLimited -> new UnavailableException(begin + "the service is busy; try again later", true, e);
      case Unsupported -> new UnavailableException(begin + "the service does not do that; use another mount", false, e);
      case Unexpected -> unexpected(begin, lower, e);
    };
  }

  private static NodeException unexpected(String begin, String lower, OpenDALException e) {
    if (lower.contains("name too long")) {
      return new DeniedException(begin + "the service has no such long names; choose a shorter one", e);
    } else if (lower.contains("not a directory") || lower.contains("is a directory") || lower.contains("not empty")) {
      return new ExistsException(begin + "something else is there already; choose another name", e);
    } else if (lower.contains("no space")) {
      return new UnavailableException(begin + "there is no room; make some", false, e);
    }
    return new UnavailableException(
        begin + "the service does not answer as it should; look at the network and the settings", true, e);
  }
}
