package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.arrow.manifest.TableDescription;

/**
 * A version of a table that stays as it is until this is closed: under a READ lease on its manifest, by which the peer keeps the parts too, whatever replaces or
 * drops the table meanwhile. None of them is mapped. So a process that plans a query holds its tables from then to its end, and others read the parts by
 * {@link ArrowTables#open(TableDescription)}. {@link ArrowTables#lease(String)} makes one.
 *
 * <p>What only this keeps counts as zombie bytes of the peer. If this process dies, the peer lets it go. A peer that shares its folder with others keeps
 * nothing so: there a part may be gone. Safe from any thread. Whoever held the table closes it; a second close does nothing.
 */
public final class LeasedTable implements AutoCloseable {
  private final LeasedObject manifest;
  private final TableDescription description;

  /** Owns the lease from now on, unless this throws. */
  LeasedTable(String name, LeasedObject manifest) {
    this.manifest = manifest;
    this.description = new TableDescription(name, ArrowTables.read(manifest), manifest.asOf());
  }

  /**
   * What the version consists of.
   *
   * @return the description, as of this lease
   */
  public TableDescription description() {
    return description;
  }

  @Override
  public void close() {
    manifest.close();
  }

  /** Such as {@code mnist/train (version 1, 60000 rows, 2 parts)}. */
  @Override
  public String toString() {
    return description.toString();
  }
}
