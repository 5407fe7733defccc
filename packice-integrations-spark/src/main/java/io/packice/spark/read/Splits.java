package io.packice.spark.read;

import java.util.ArrayList;
import java.util.List;

/** Divides parts among tasks: each gets about as many bytes, of the columns that are read; small parts share a task, large ones are cut between rows. */
final class Splits {
  /** Less is not worth a task. */
  private static final long LEAST_BYTES = 4L << 20;

  private final double columnShare;
  private final long splitBytes;
  private final List<String> hosts;

  /**
   * @param columnShare what of a part's bytes is read, from 0 to 1
   * @param splitBytes the most bytes for one task
   * @param hosts where tasks should run
   */
  Splits(double columnShare, long splitBytes, List<String> hosts) {
    this.columnShare = columnShare;
    this.splitBytes = splitBytes;
    this.hosts = hosts;
  }

  /** So that all cores have something to do, but none more than {@code maxBytes} at a time. */
  static long splitBytes(double bytes, int cores, long maxBytes) {
    return Math.min(maxBytes, Math.max(LEAST_BYTES, (long) Math.ceil(bytes / Math.max(1, cores))));
  }

  List<SlicePartition> plan(List<Slice> slices) {
    List<SlicePartition> partitions = new ArrayList<>();
    List<Slice> open = new ArrayList<>();
    double openBytes = 0;
    for (Slice slice : slices) {
      double rowBytes = rowBytes(slice);
      long at = slice.from();
      while (at < slice.to()) {
        long fit = Math.max(1, (long) Math.ceil((splitBytes - openBytes) / rowBytes));
        long to = slice.to() - at <= fit ? slice.to() : at + fit;
        open.add(slice.rows(at, to));
        openBytes += (to - at) * rowBytes;
        at = to;
        if (openBytes >= splitBytes) {
          partitions.add(new SlicePartition(open, hosts));
          open = new ArrayList<>();
          openBytes = 0;
        }
      }
    }
    if (!open.isEmpty()) {
      partitions.add(new SlicePartition(open, hosts));
    }
    return partitions;
  }

  private double rowBytes(Slice slice) {
    return Math.max(1e-3, slice.partBytes() * columnShare / Math.max(1, slice.partRows()));
  }
}
