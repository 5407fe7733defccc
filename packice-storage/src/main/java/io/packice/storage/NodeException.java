package io.packice.storage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What can be met at a storage service in order: one closed family for all services, so that a {@code switch} over it is complete. Every message reads
 * <i>Cannot &lt;verb&gt; &lt;node&gt;: &lt;why&gt;; &lt;what to do&gt;</i> and has no secret. Wrong arguments are {@link IllegalArgumentException}, use after close is
 * {@link IllegalStateException}.
 */
public abstract sealed class NodeException extends RuntimeException
    permits AbsentException, DeniedException, ExistsException, UnsupportedException, ChangedException,
    UnavailableException {
  private static final long serialVersionUID = 1;

  NodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public final String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
