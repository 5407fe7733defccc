package io.packice.arrow.parquet;

import io.packice.arrow.imports.ImportRanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** The data pages of a column chunk, one after the other. Reads the file piece by piece; holds one page. */
final class PageReader {
  private static final int WINDOW_BYTES = 1 << 18;
  private static final int MAX_HEADER_BYTES = 1 << 26;

  private final ImportRanges file;
  private final Chunk chunk;
  private final Decompressor decompressor;
  private final ReadOptions.Checksums checksums;
  private final LongConsumer bytesRead;

  private Bytes window = Bytes.EMPTY;
  private long windowEnd;
  private long entriesLeft;
  private @Nullable Dictionary dictionary;
  private @Nullable ValueDecoder before;

  PageReader(ImportRanges file, Chunk chunk, ReadOptions.Checksums checksums, LongConsumer bytesRead) {
    this.file = file;
    this.chunk = chunk;
    this.decompressor = new Decompressor(chunk.codec());
    this.checksums = checksums;
    this.bytesRead = bytesRead;
    this.windowEnd = chunk.start();
    this.entriesLeft = chunk.valueCount();
  }

  /** The next data page; null behind the last. */
  @Nullable
  Page next() throws IOException {
    while (entriesLeft > 0) {
      PageHeader header = header();
      if (header.getUncompressed_page_size() < 0) {
        throw new DamageException("a page has " + header.getUncompressed_page_size() + " bytes");
      }
      Bytes body = body(header.getCompressed_page_size());
      verify(header, body);
      switch (present(header.getType())) {
        case DICTIONARY_PAGE -> dictionary(header, body);
        case DATA_PAGE -> {
          return first(header, present(header.getData_page_header()), body);
        }
        case DATA_PAGE_V2 -> {
          return second(header, present(header.getData_page_header_v2()), body);
        }
        case INDEX_PAGE -> {
          // older than the page index, and never used
        }
      }
    }
    return null;
  }

  private Page counted(int entries, IntDecoder repetitions, IntDecoder definitions, ValueDecoder values) {
    entriesLeft -= entries;
    before = values;
    return new Page(entries, repetitions, definitions, values);
  }

  // ---- The file

  private PageHeader header() throws IOException {
    while (true) {
      int start = window.position();
      try {
        ThriftCheck.struct(window);
      } catch (DamageException e) {
        Bytes cut = new Bytes(window.array(), start, window.remaining() + window.position() - start);
        if (windowEnd == chunk.end() || cut.remaining() >= MAX_HEADER_BYTES) {
          throw cut.remaining() > 0 ? e : new DamageException("its pages end " + entriesLeft + " values early");
        }
        window = cut;
        enlarge();
        continue;
      }
      return ThriftCheck.decode(window.array(), start, window.position() - start, "the header of a page",
          Util::readPageHeader);
    }
  }

  /** What the format wants to be there, and its decoder leaves out where a number is unknown. */
  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new DamageException("the header of a page is incomplete, or has what this version does not know");
    }
    return part;
  }

  /** Reads on, so that the window has more bytes than before. */
  private void enlarge() throws IOException {
    int kept = window.remaining();
    int more = (int) Math.min(Math.max(WINDOW_BYTES, 2L * kept), chunk.end() - windowEnd);
    byte[] larger = new byte[kept + more];
    System.arraycopy(window.array(), window.position(), larger, 0, kept);
    read(larger, kept, more);
    window = new Bytes(larger, 0, larger.length);
  }

  private Bytes body(int length) throws IOException {
    if (length > window.remaining() + chunk.end() - windowEnd) {
      throw new DamageException("a page has " + length + " bytes where "
          + (window.remaining() + chunk.end() - windowEnd) + " are left");
    }
    if (length <= window.remaining()) {
      return window.slice(length);
    }
    byte[] page = new byte[length];
    int there = window.remaining();
    System.arraycopy(window.array(), window.take(there), page, 0, there);
    read(page, there, length - there);
    return new Bytes(page, 0, length);
  }

  private void read(byte[] into, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
    while (buffer.hasRemaining()) {
      int count = file.read(buffer, windowEnd);
      if (count < 0) {
        throw new DamageException("the file was cut while it was read");
      }
      windowEnd += count;
    }
    bytesRead.accept(length);
  }

  private void verify(PageHeader header, Bytes body) {
    if (checksums == ReadOptions.Checksums.VERIFY && header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(body.array(), body.position(), body.remaining());
      if ((int) crc.getValue() != header.getCrc()) {
        throw new DamageException(String.format("a page has the checksum %08x instead of %08x", crc.getValue(),
            header.getCrc()));
      }
    }
  }

  // ---- The pages

  private void dictionary(PageHeader header, Bytes body) throws IOException {
    DictionaryPageHeader half = present(header.getDictionary_page_header());
    Encoding encoding = present(half.getEncoding());
    if (encoding != Encoding.PLAIN && encoding != Encoding.PLAIN_DICTIONARY) {
      throw new DamageException("a dictionary is encoded as " + encoding);
    }
    Bytes values = decompressor.unpack(body, header.getUncompressed_page_size());
    dictionary = new Dictionary(values, half.getNum_values(), chunk.type(), chunk.width());
  }

  private int entries(int entries) {
    if (entries < 0 || entries > entriesLeft) {
      throw new DamageException("a page has " + entries + " values where " + entriesLeft + " are left");
    }
    return entries;
  }

  private Page first(PageHeader header, DataPageHeader half, Bytes body) throws IOException {
    int entries = entries(half.getNum_values());
    Bytes in = decompressor.unpack(body, header.getUncompressed_page_size());
    IntDecoder repetitions = levels(in, present(half.getRepetition_level_encoding()), chunk.maxRepetition(), entries);
    IntDecoder definitions = levels(in, present(half.getDefinition_level_encoding()), chunk.maxDefinition(), entries);
    return counted(entries, repetitions, definitions, values(in, present(half.getEncoding()), entries));
  }

  private static IntDecoder levels(Bytes in, Encoding encoding, int max, int entries) {
    if (max == 0) {
      return IntDecoder.zeros();
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(max);
    return switch (encoding) {
      case RLE -> new HybridDecoder(in.slice(in.intLittleEndian()), bits);
      case BIT_PACKED -> IntDecoder.bitPacked(in.slice(((long) bits * entries + Byte.SIZE - 1) / Byte.SIZE), bits);
      default -> throw new DamageException("levels are encoded as " + encoding);
    };
  }

  private Page second(PageHeader header, DataPageHeaderV2 half, Bytes body) throws IOException {
    int entries = entries(half.getNum_values());
    int repetitionBytes = half.getRepetition_levels_byte_length();
    int definitionBytes = half.getDefinition_levels_byte_length();
    IntDecoder repetitions = levels(body.slice(repetitionBytes), chunk.maxRepetition());
    IntDecoder definitions = levels(body.slice(definitionBytes), chunk.maxDefinition());
    int size = Math.subtractExact(header.getUncompressed_page_size(), repetitionBytes + definitionBytes);
    boolean packed = !half.isSetIs_compressed() || half.isIs_compressed();
    Bytes in = packed ? decompressor.unpack(body, size) : body;
    return counted(entries, repetitions, definitions, values(in, present(half.getEncoding()), entries));
  }

  private static IntDecoder levels(Bytes in, int max) {
    return max == 0
        ? IntDecoder.zeros()
        : new HybridDecoder(in, Integer.SIZE - Integer.numberOfLeadingZeros(max));
  }

  private ValueDecoder values(Bytes in, Encoding encoding, int entries) {
    int width = chunk.width();
    return switch (encoding) {
      case PLAIN -> new PlainDecoder(in, chunk.type(), width);
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
        if (dictionary == null) {
          throw new DamageException("a page wants the dictionary, and there is none before it");
        }
        yield new DictionaryDecoder(dictionary, in, width);
      }
      // A page of nulls only may have no byte at all.
      case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, RLE ->
          in.remaining() == 0 ? new PlainDecoder(in, chunk.type(), width) : withHeader(in, encoding, entries, width);
      case BYTE_STREAM_SPLIT -> {
        if (chunk.type() == PrimitiveTypeName.BOOLEAN || chunk.type() == PrimitiveTypeName.BINARY) {
          throw new DamageException("a page of " + chunk.type() + " is said to be encoded as " + encoding);
        }
        yield new SplitDecoder(in, width);
      }
      case BIT_PACKED -> throw new DamageException("values are encoded as " + encoding);
    };
  }

  private ValueDecoder withHeader(Bytes in, Encoding encoding, int entries, int width) {
    return switch (encoding) {
      case DELTA_BINARY_PACKED -> new DeltaDecoder(in, entries);
      case DELTA_LENGTH_BYTE_ARRAY -> DeltaStringDecoder.ofLengths(in, entries);
      case DELTA_BYTE_ARRAY -> DeltaStringDecoder.ofPrefixes(in, entries, width, before);
      default -> booleans(in);
    };
  }

  private ValueDecoder booleans(Bytes in) {
    if (chunk.type() != PrimitiveTypeName.BOOLEAN) {
      throw new DamageException("a page of " + chunk.type() + " is said to be encoded as RLE");
    }
    HybridDecoder decoder = new HybridDecoder(in.slice(in.intLittleEndian()), 1);
    return new ValueDecoder("RLE") {
      @Override
      void ints(int[] out, int offset, int count) {
        decoder.read(out, offset, count);
      }
    };
  }
}
