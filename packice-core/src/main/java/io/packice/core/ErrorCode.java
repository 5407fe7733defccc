package io.packice.core;

/** The refusals of a peer as they travel; each stands for one class of the {@link PackiceException} family. */
public enum ErrorCode {
  /** {@link AlreadyExistsException}. */
  ALREADY_EXISTS,
  /** {@link CapacityExceededException}. */
  CAPACITY_EXCEEDED,
  /** {@link InvalidRequestException}. */
  INVALID_REQUEST,
  /** {@link LeaseExpiredException}. */
  LEASE_EXPIRED,
  /** {@link NotFoundException}. */
  NOT_FOUND,
  /** {@link NotPermittedException}. */
  NOT_PERMITTED,
  /** {@link NotSealedException}. */
  NOT_SEALED,
  /** {@link OutcomeUnknownException}. */
  OUTCOME_UNKNOWN,
  /** {@link StillMappedException}. */
  STILL_MAPPED,
  /** {@link StorageException}. */
  STORAGE_FAILED,
  /** {@link PeerUnavailableException}. */
  UNAVAILABLE;

  /**
   * The exception that this code stands for, as a client throws it when its peer answered with the code.
   *
   * @param message the peer's message
   * @return a new exception whose {@link PackiceException#code} is this
   */
  public PackiceException toException(String message) {
    return switch (this) {
      case ALREADY_EXISTS -> new AlreadyExistsException(message);
      case CAPACITY_EXCEEDED -> new CapacityExceededException(message);
      case INVALID_REQUEST -> new InvalidRequestException(message);
      case LEASE_EXPIRED -> new LeaseExpiredException(message);
      case NOT_FOUND -> new NotFoundException(message);
      case NOT_PERMITTED -> new NotPermittedException(message);
      case NOT_SEALED -> new NotSealedException(message);
      case OUTCOME_UNKNOWN -> new OutcomeUnknownException(message);
      case STILL_MAPPED -> new StillMappedException(message);
      case STORAGE_FAILED -> new StorageException(message);
      case UNAVAILABLE -> new PeerUnavailableException(message);
    };
  }
}
