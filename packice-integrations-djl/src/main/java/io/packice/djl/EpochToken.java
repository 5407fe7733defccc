package io.packice.djl;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in which epoch a training stands; small enough for a file beside the model: {@link #toString} writes it, {@link #parse} reads it.
 *
 * @param epoch the epoch, from 0
 * @param rows how many rows of it have been taken
 * @param order stands for what the order of rows follows from: how many rows, which order, seed, shard
 */
public record EpochToken(long epoch, long rows, long order) {
  private static final Pattern FORM = Pattern.compile("packice-epoch-1:(\\d{1,18}):(\\d{1,18}):([0-9a-f]{16})");

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public EpochToken {
    if (epoch < 0 || rows < 0) {
      throw new IllegalArgumentException("Cannot stand at row " + rows + " of epoch " + epoch + "; count from 0");
    }
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @param text the token
   * @return the token
   * @throws IllegalArgumentException if it is none
   */
  public static EpochToken parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Cannot read \"" + text + "\" as a token: it should look like " + new EpochToken(0, 0, 0)
              + "; give what EpochToken.toString wrote");
    }
    return new EpochToken(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)),
        HexFormat.fromHexDigitsToLong(matcher.group(3)));
  }

  /** Such as {@code packice-epoch-1:3:12800:5bd1e9955bd1e995}: for people, and for {@link #parse}. */
  @Override
  public String toString() {
    return "packice-epoch-1:" + epoch + ":" + rows + ":" + HexFormat.of().toHexDigits(order);
  }
}
