package io.packice.storage;

import java.util.Locale;

/** What a service may be able to do. What it does not declare is refused by {@link UnsupportedException}, never done in part. */
public enum Capability {
  /** Files are read. */
  READ,
  /** Files are written. */
  WRITE,
  /** Files are deleted. */
  DELETE,
  /** Folders are listed. */
  LIST,
  /** Any range of a file is read without what is before it. */
  RANGE,
  /** A file is seen whole or not at all, also while it is replaced. */
  ATOMIC,
  /** Bytes are added at the end of a file. */
  APPEND,
  /** Earlier versions of a file are kept, listed and read. */
  VERSIONS,
  /** Users' own texts are kept with a file. */
  METADATA,
  /** Addresses that anybody may use until they expire. */
  PRESIGN,
  /** A file is copied within the service, without its bytes passing here. */
  SERVER_SIDE_COPY,
  /** The service knows a hash of a file's bytes. */
  HASH,
  /** Folders are things of their own, that may be empty. */
  FOLDERS;

  /** As tables and messages say it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
