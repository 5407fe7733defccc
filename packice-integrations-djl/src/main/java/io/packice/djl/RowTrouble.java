package io.packice.djl;

/** Says of a number that cannot become what is wanted where it stands: those who convert numbers do not know. */
final class RowTrouble {
  private RowTrouble() {
  }

  /** The same exception, an {@link ArithmeticException} or an {@link IllegalArgumentException}, with the row and the column. */
  static RuntimeException of(String column, long row, RuntimeException why) {
    String message = String.valueOf(why.getMessage());
    String where = "Cannot read row " + row + " of column " + column + ": " + Character.toLowerCase(message.charAt(0))
        + message.substring(1);
    if (why instanceof ArithmeticException) {
      ArithmeticException located = new ArithmeticException(where);
      located.initCause(why);
      return located;
    }
    return new IllegalArgumentException(where, why);
  }
}
