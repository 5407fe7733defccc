package io.packice.arrow;

import io.packice.arrow.manifest.TableFormatException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What is worth telling the operator, and is no error for the caller. */
final class Log {
  private static final Logger LOG = System.getLogger("io.packice.arrow");

  private Log() {
  }

  static void cannotDiscard(String part, RuntimeException cause) {
    LOG.log(Level.WARNING,
        "Cannot discard " + part + ", which no table names any more; the next writer of the table will", cause);
  }

  static void cannotSummarise(TableFormatException cause) {
    LOG.log(Level.WARNING, "Left out of the listing: " + cause.getMessage());
  }

  static void forgotten(String table, String where) {
    LOG.log(Level.WARNING, "Table " + table + ", opened at " + where
        + ", was forgotten instead of closed: its parts stay mapped and leased until this process ends");
  }

  static void cannotReadVersion(TableFormatException cause) {
    LOG.log(Level.WARNING, "No part of the table is discarded while its history keeps a version that cannot be read: "
        + cause.getMessage());
  }

  static void leaseEndedWithPeer(String table, RuntimeException cause) {
    LOG.log(Level.DEBUG, "The leases of new parts of " + table + " ended with their peer", cause);
  }
}
