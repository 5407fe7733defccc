package org.apache.parquet;

import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.converter.ParquetMetadataConverter;

/** Options for parquet-java's own reader that do not ask Hadoop; the public ways to make some all do. */
public final class PlainReadOptions {
  private PlainReadOptions() {
  }

  /** With a codec factory that does not ask Hadoop either. */
  public static ParquetReadOptions with(CompressionCodecFactory codecs) {
    return new ParquetReadOptions(false, true, false, false, false, false, false, false, false, FilterCompat.NOOP,
        ParquetMetadataConverter.NO_FILTER, codecs, HeapByteBufferAllocator.getInstance(), 1 << 23, Map.of(), null,
        null,
        new PlainParquetConfiguration());
  }
}
