package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Where the fields of the operating systems' structures are, and how many bytes they have, on each {@link Platform}. What is known of a file is a struct statx on
 * Linux, which is the same on all processors (statx(2)), and a struct stat on macOS (sys/stat.h, with inodes of 64 bits).
 */
@SuppressWarnings("ImmutableEnumChecker") // a record of two numbers is immutable
enum Field {
  // Linux x86-64, Linux aarch64, macOS aarch64
  MSGHDR_IOV(at(16, 8), at(16, 8), at(16, 8)),
  MSGHDR_IOVLEN(at(24, 8), at(24, 8), at(24, 4)),
  MSGHDR_CONTROL(at(32, 8), at(32, 8), at(32, 8)),
  MSGHDR_CONTROLLEN(at(40, 8), at(40, 8), at(40, 4)),
  MSGHDR_FLAGS(at(48, 4), at(48, 4), at(44, 4)),
  CMSGHDR_LEN(at(0, 8), at(0, 8), at(0, 4)),
  CMSGHDR_LEVEL(at(8, 4), at(8, 4), at(4, 4)),
  CMSGHDR_TYPE(at(12, 4), at(12, 4), at(8, 4)),
  STAT_NLINK(at(16, 4), at(16, 4), at(6, 2)),
  STAT_UID(at(20, 4), at(20, 4), at(16, 4)),
  STAT_MODE(at(28, 2), at(28, 2), at(4, 2)),
  STAT_INODE(at(32, 8), at(32, 8), at(8, 8)),
  STAT_SIZE(at(40, 8), at(40, 8), at(96, 8)),
  /** In units of 512 bytes. */
  STAT_BLOCKS(at(48, 8), at(48, 8), at(104, 8)),
  STAT_CHANGED_SECONDS(at(96, 8), at(96, 8), at(64, 8)),
  STAT_CHANGED_NANOS(at(104, 4), at(104, 4), at(72, 8)),
  // what only macOS has
  FSTORE_FLAGS(at(0, 4)),
  FSTORE_POSMODE(at(4, 4)),
  FSTORE_LENGTH(at(16, 8)),
  XUCRED_NGROUPS(at(8, 2));

  private final Place linuxIntel;
  private final Place linuxArm;
  private final Place macArm;
  private final int offset;
  private final int bytes;

  /** Where a field is on one of them. */
  record Place(int offset, int bytes) {
  }

  Field(Place linuxIntel, Place linuxArm, Place macArm) {
    this.linuxIntel = linuxIntel;
    this.linuxArm = linuxArm;
    this.macArm = macArm;
    offset = on(Platform.HERE).offset;
    bytes = on(Platform.HERE).bytes;
  }

  Field(Place macAlone) {
    this(macAlone, macAlone, macAlone);
  }

  private static Place at(int offset, int bytes) {
    return new Place(offset, bytes);
  }

  Place on(Platform platform) {
    return switch (platform) {
      case LINUX_X86_64 -> linuxIntel;
      case LINUX_AARCH64 -> linuxArm;
      case MACOS_AARCH64 -> macArm;
    };
  }

  /** Reads it, without a sign if it is shorter than a long. */
  long get(MemorySegment structure) {
    return switch (bytes) {
      case Short.BYTES -> Short.toUnsignedLong(structure.get(JAVA_SHORT, offset));
      case Integer.BYTES -> Integer.toUnsignedLong(structure.get(JAVA_INT, offset));
      default -> structure.get(JAVA_LONG, offset);
    };
  }

  /** Writes it; what it does not take is left out. */
  void set(MemorySegment structure, long value) {
    switch (bytes) {
      case Short.BYTES -> structure.set(JAVA_SHORT, offset, (short) value);
      case Integer.BYTES -> structure.set(JAVA_INT, offset, (int) value);
      default -> structure.set(JAVA_LONG, offset, value);
    }
  }
}
