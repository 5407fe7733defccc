package io.packice.storage;

/** The service cannot do this at all; {@link StorageNode#capabilities} tells beforehand. */
public final class UnsupportedException extends NodeException {
  private static final long serialVersionUID = 1;

  private final Capability capability;

  /**
   * A refusal.
   *
   * @param capability what is not there
   * @param message what cannot be done, why, and what to do
   */
  public UnsupportedException(Capability capability, String message) {
    super(message, null);
    this.capability = capability;
  }

  /** The refusal of what a service does not declare. */
  static UnsupportedException of(Capability capability, String verb, String node) {
    return new UnsupportedException(capability,
        "Cannot " + verb + " " + node + ": its service has no capability " + capability
            + "; use a mount of one that has it");
  }

  /**
   * What is not there.
   *
   * @return the capability that the call needed
   */
  public Capability capability() {
    return capability;
  }
}
