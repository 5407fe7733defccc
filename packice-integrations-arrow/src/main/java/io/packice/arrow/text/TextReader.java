package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file as text. Bytes that are none in its encoding are an {@link ImportException} with their line, and are never replaced; so is damaged gzip data. For
 * one thread; whoever opened it closes it.
 */
final class TextReader extends Reader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LEAST_CHARS = 2; // of one code point
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String source;
  private final String kind;
  private final InputStream in;
  private final Charset charset;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private CharBuffer peeked = CharBuffer.allocate(0);
  private boolean ended;
  private boolean wrong;
  private long line = 1;
  private boolean afterReturn;

  private TextReader(String source, String kind, InputStream in, @Nullable Charset given) throws IOException {
    this.source = source;
    this.kind = kind;
    this.in = in;
    fill();
    this.charset = given == null ? marked() : given;
    this.decoder = charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    if (peek(1).startsWith(String.valueOf(BYTE_ORDER_MARK))) {
      peeked.get();
    }
  }

  /**
   * Opens a file.
   *
   * @param kind what it should be, for messages
   * @param charset its encoding; if null, what its byte order mark says, else UTF-8
   */
  static TextReader open(ImportSource source, String kind, @Nullable Charset charset, LongConsumer read)
      throws IOException {
    InputStream in;
    try {
      in = ImportStream.open(source, read);
    } catch (EOFException | ZipException damage) {
      throw damaged(source.name(), damage);
    }
    try {
      return new TextReader(source.name(), kind, in, charset);
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  private static ImportException damaged(String source, IOException why) {
    return new ImportException(
        "Cannot import " + source + ": its gzip data is cut short or damaged; get the file anew", why);
  }

  private Charset marked() {
    int first = bytes.remaining() < Short.BYTES ? 0 : bytes.getShort(0) & 0xFFFF;
    return first == 0xFEFF || first == 0xFFFE ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }

  /** The next characters, which are read again afterwards: so many, or fewer if there are not more, or what follows is no text. */
  String peek(int count) throws IOException {
    CharBuffer all = CharBuffer.allocate(Math.max(count, peeked.remaining()) + LEAST_CHARS);
    all.put(peeked);
    int more = 0;
    while (more >= 0 && all.position() < count) {
      more = decode(all);
    }
    peeked = all.flip();
    return peeked.toString();
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length < LEAST_CHARS) {
      throw new IllegalArgumentException("Cannot read " + length + " characters at a time; take 2 or more");
    }
    int count;
    if (peeked.hasRemaining()) {
      count = Math.min(peeked.remaining(), length);
      peeked.get(target, offset, count);
    } else {
      count = decode(CharBuffer.wrap(target, offset, length));
      if (count < 0 && wrong) {
        String advice = kind.equals("CSV") ? "say which encoding it has (--encoding)" : "write it in UTF-8";
        throw new ImportException("Cannot import " + source + ": line " + line + " is not " + kind
            + ", it has bytes that are no " + charset.name() + " text; " + advice);
      }
    }
    countLines(target, offset, count);
    return count;
  }

  /** As a table's lines are counted elsewhere: they end with LF, CR, or both. */
  private void countLines(char[] chars, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      char c = chars[i];
      if (c <= '\r') {
        line += c == '\r' || (c == '\n' && !afterReturn) ? 1 : 0;
      }
      afterReturn = c == '\r';
    }
  }

  /** At least one character; -1 at the end, and where bytes are no text. What stands before them is still read. */
  private int decode(CharBuffer out) throws IOException {
    int start = out.position();
    while (!wrong) {
      wrong = decoder.decode(bytes, out, ended).isError();
      if (out.position() > start) {
        return out.position() - start;
      }
      if (!wrong && ended) {
        return -1;
      }
      if (!wrong) {
        fill();
      }
    }
    return -1;
  }

  private void fill() throws IOException {
    bytes.compact();
    try {
      int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
      ended = count < 0;
      bytes.position(bytes.position() + Math.max(count, 0));
    } catch (EOFException | ZipException damage) {
      throw damaged(source, damage);
    } finally {
      bytes.flip();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
