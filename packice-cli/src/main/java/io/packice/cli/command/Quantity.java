package io.packice.cli.command;

/** Numbers in sentences. */
public final class Quantity {
  private Quantity() {
  }

  /**
   * A number of bytes, short and whole.
   *
   * @param bytes how many
   * @return such as {@code 1.5 KiB (1536 bytes)}
   */
  public static String exact(long bytes) {
    return bytes < 1024 ? ByteSize.format(bytes) : ByteSize.format(bytes) + " (" + bytes + " bytes)";
  }

  /**
   * A number of things.
   *
   * @param number how many
   * @param noun what they are, of one
   * @return such as {@code 1 blob}, {@code 2 blobs}
   */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
