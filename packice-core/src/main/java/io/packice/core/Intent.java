package io.packice.core;

/** What a lease is wanted for, or gives the right to. */
public enum Intent {
  /** Read a sealed object; shared by any number of readers, and protects the object from eviction. */
  READ,
  /** Make a new object: a draft, private to this lease, until it is sealed. */
  CREATE,
  /** Discard a sealed object. Sealed bytes never change, whatever the lease. */
  WRITE,
  /**
   * Read the object, or make it if nobody has: one caller gets {@link #CREATE}, the others wait for its seal or its failure. Only
   * ever asked for; the lease that is given says {@link #READ} or {@link #CREATE}.
   */
  READ_OR_CREATE
}
