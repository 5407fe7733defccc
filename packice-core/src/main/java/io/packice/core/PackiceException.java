package io.packice.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller can meet in a healthy system: one closed family, so that a {@code switch} over it is complete.
 *
 * <p>Every message reads <i>Cannot &lt;verb&gt; &lt;what&gt;: &lt;numbers&gt;; &lt;what to do&gt;</i>. Wrong arguments are {@link IllegalArgumentException}, use
 * after close is {@link IllegalStateException}; neither belongs here.
 */
public abstract sealed class PackiceException extends RuntimeException
    permits AlreadyExistsException, CapacityExceededException,
    InvalidRequestException, LeaseExpiredException, NotFoundException, NotPermittedException, NotSealedException,
    OutcomeUnknownException, PeerUnavailableException, StillMappedException, StorageException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  PackiceException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * The refusal as it travels between a peer and its clients.
   *
   * @return the code that belongs to this class
   */
  public final ErrorCode code() {
    return code;
  }

  @Override
  public final String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
