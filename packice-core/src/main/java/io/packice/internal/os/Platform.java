package io.packice.internal.os;

import java.util.Locale;

/**
 * The systems that Packice knows: each has a column in the tables of {@link Constant} and {@link Field}. Only the first was ever run; of the others the tables
 * are compared with what their headers say.
 */
enum Platform {
  LINUX_X86_64, LINUX_AARCH64, MACOS_AARCH64;

  /** That of this process. */
  static final Platform HERE = of(System.getProperty("os.name"), System.getProperty("os.arch"));

  /**
   * Which one it is.
   *
   * @param system as {@code os.name} says
   * @param processor as {@code os.arch} says
   * @throws UnsupportedOperationException if it is none of them
   */
  static Platform of(String system, String processor) {
    boolean isArm = processor.equals("aarch64");
    boolean isIntel = processor.equals("amd64") || processor.equals("x86_64");
    if (system.equals("Linux") && (isArm || isIntel)) {
      return isArm ? LINUX_AARCH64 : LINUX_X86_64;
    }
    if (system.toLowerCase(Locale.ROOT).startsWith("mac") && isArm) {
      return MACOS_AARCH64;
    }
    throw new UnsupportedOperationException("Cannot run on " + system + " on " + processor
        + ": Packice knows Linux on x86-64 and aarch64, and macOS on aarch64; use one of them");
  }

  /** Whether the kernel is Linux: it has memfd, seals, huge pages on demand, leases of files, and {@code /proc}. */
  boolean isLinux() {
    return this != MACOS_AARCH64;
  }
}
