package io.packice.storage;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The name of a file or folder of a mount, whether it exists or not. Immutable, a few words of memory, safe from any thread; it holds nothing open.
 *
 * <p>A node asks its service each time. Those that a listing gave remember for their life what the listing said ({@link #isFile}, {@link #isFolder}, {@link #size},
 * {@link #modified}); {@link #refresh} gives one that asks anew. Every method that asks throws of the family {@link NodeException}:
 * {@link UnsupportedException} for what the service cannot do, {@link DeniedException} for what it or the mount refuses, {@link UnavailableException} if it does not
 * answer after all attempts.
 */
public final class StorageNode {
  private final Storage storage;
  private final String mount;
  private final String path;
  private final @Nullable String version;
  private final @Nullable NodeInfo seen;

  StorageNode(Storage storage, String mount, String path) {
    this(storage, mount, path, null, null);
  }

  private StorageNode(Storage storage, String mount, String path, @Nullable String version, @Nullable NodeInfo seen) {
    this.storage = storage;
    this.mount = mount;
    this.path = path;
    this.version = version;
    this.seen = seen;
  }

  // --- its name ---

  /**
   * The name of its mount.
   *
   * @return such as {@code s3}
   */
  public String mount() {
    return mount;
  }

  /**
   * Where it is below its mount.
   *
   * @return such as {@code train/part-0.parquet}; empty for the root
   */
  public String path() {
    return path;
  }

  /**
   * The last part of its path.
   *
   * @return such as {@code part-0.parquet}; empty for the root
   */
  public String name() {
    return NodePath.name(path);
  }

  /**
   * Its name without the suffix.
   *
   * @return such as {@code part-0}
   */
  public String stem() {
    String name = name();
    return name.substring(0, name.length() - suffix().length());
  }

  /**
   * What its name ends with, from the last dot on.
   *
   * @return such as {@code .parquet}; empty if there is no dot, or only one at the start
   */
  public String suffix() {
    String name = name();
    int dot = name.lastIndexOf('.');
    return dot < 1 ? "" : name.substring(dot);
  }

  /**
   * The folder that it is in.
   *
   * @return the parent; empty for the root
   */
  public Optional<StorageNode> parent() {
    return path.isEmpty() ? Optional.empty() : Optional.of(at(NodePath.parent(path)));
  }

  /**
   * Something directly in this folder.
   *
   * @param name one part of a path
   * @return the node
   * @throws DeniedException if it has a slash, or is no name
   */
  public StorageNode child(String name) {
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      throw new DeniedException(
          "Cannot name a child of " + this + ": a name is not empty and has no slash; use resolve for paths");
    }
    return resolve(name);
  }

  /**
   * Something below this folder.
   *
   * @param below a relative path
   * @return the node
   * @throws DeniedException if it is absolute, or goes up
   */
  public StorageNode resolve(String below) {
    return at(NodePath.join(path, NodePath.checked(below, mount)));
  }

  private StorageNode at(String other) {
    return new StorageNode(storage, mount, other);
  }

  /**
   * What can be done with it: what its service can, less what the mount's permissions forbid.
   *
   * @return the capabilities
   */
  public Capabilities capabilities() {
    return storage.capabilities(mount);
  }

  // --- what it is ---

  /**
   * Describes it, from the service.
   *
   * @return what is there; empty if nothing is
   */
  public Optional<NodeInfo> find() {
    if (version != null) {
      return versions().list().stream().filter(each -> each.id().equals(version)).findFirst()
          .map(each -> new NodeInfo(path, false, each.size(), each.modified(), each.tag(), NodeDetails.NONE));
    }
    try (Place place = place()) {
      return storage.retry().call(() -> place.backend().stat(place.path(path))).map(place::seen);
    }
  }

  /**
   * Describes it, from the service.
   *
   * @return what is there
   * @throws AbsentException if nothing is
   */
  public NodeInfo info() {
    return find().orElseThrow(this::absent);
  }

  AbsentException absent() {
    return new AbsentException("Cannot find " + this + ": there is no such node; look at the listing");
  }

  Storage storage() {
    return storage;
  }

  /** Whether it is no version of the past. */
  boolean isNewest() {
    return version == null;
  }

  private Optional<NodeInfo> known() {
    return seen == null ? find() : Optional.of(seen);
  }

  /**
   * Whether there is a file or folder; asks the service.
   *
   * @return true if there is
   */
  public boolean exists() {
    return find().isPresent();
  }

  /**
   * Whether it is a file.
   *
   * @return false also if nothing is there
   */
  public boolean isFile() {
    return known().filter(info -> !info.isFolder()).isPresent();
  }

  /**
   * Whether it is a folder.
   *
   * @return false also if nothing is there
   */
  public boolean isFolder() {
    return known().filter(NodeInfo::isFolder).isPresent();
  }

  /**
   * How long the file is.
   *
   * @return bytes; 0 for a folder
   * @throws AbsentException if nothing is there
   */
  public long size() {
    return known().orElseThrow(this::absent).size();
  }

  /**
   * When it was last changed.
   *
   * @return the time; empty if the service does not say
   * @throws AbsentException if nothing is there
   */
  public Optional<Instant> modified() {
    return Optional.ofNullable(known().orElseThrow(this::absent).modified());
  }

  /**
   * The same node without what a listing said of it.
   *
   * @return one that asks the service anew
   */
  public StorageNode refresh() {
    return new StorageNode(storage, mount, path, version, null);
  }

  /**
   * What its bytes are.
   *
   * @return the media type that the service has, else that of its suffix, else that of its first bytes, else {@code application/octet-stream}
   * @throws AbsentException if there is no such file
   */
  public String mediaType() {
    return MediaTypes.of(this);
  }

  /**
   * Hashes of its bytes, and whether they are those of another.
   *
   * @return what computes them; nothing is asked yet
   */
  public NodeHashes hashes() {
    return new NodeHashes(this);
  }

  // --- folders ---

  /**
   * What is directly in this folder, page by page as the stream is read; what comes or goes meanwhile may or may not be seen.
   *
   * @return nodes that remember what the listing said; nothing needs closing
   * @throws AbsentException if there is no such folder
   */
  public Stream<StorageNode> children() {
    return TreeWalk.stream(this, false);
  }

  /** One page of this folder. */
  TreeWalk.Page page(@Nullable String after) {
    return on(Capability.LIST, Place.Right.READ, "list",
        place -> TreeWalk.page(place.backend().list(place.path(path), after),
            info -> new StorageNode(storage, mount, place.seen(info).path(), null, place.seen(info))));
  }

  /**
   * All that is below this folder, each folder before what is in it.
   *
   * @return nodes that remember what the listing said; nothing needs closing
   */
  public Stream<StorageNode> walk() {
    return TreeWalk.stream(this, true);
  }

  /**
   * The files below this folder that a pattern matches.
   *
   * @param pattern of the path from here: {@code *} and {@code ?} within one part, {@code **} across parts, {@code [a-c]}, {@code {a,b}}; without a slash, of the
   *     name alone, wherever it is
   * @return nodes that remember what the listing said; nothing needs closing
   * @throws IllegalArgumentException if it is no pattern
   */
  public Stream<StorageNode> glob(String pattern) {
    Glob glob = new Glob(pattern);
    return walk().filter(node -> node.isFile() && glob.matches(NodePath.below(path, node.path)));
  }

  /**
   * Makes a folder, and those above it; one that is there is left.
   *
   * @return this
   * @throws ExistsException if a file is there
   */
  public StorageNode makeFolder() {
    on(Capability.FOLDERS, Place.Right.WRITE, "make the folder", place -> {
      place.backend().makeFolder(place.path(path));
      return true;
    });
    return this;
  }

  // --- reading ---

  /**
   * Opens the file. A read that fails and may pass is repeated, a stream that breaks off goes on from where it was, a bounded number of times.
   *
   * @return an opened file, which the caller closes
   * @throws AbsentException if there is no such file; some services say so only at the first read
   */
  public NodeReader open() {
    return whileOpen(place -> {
      place.require(Capability.READ, Place.Right.READ, "read", this);
      NodeReader reader = storage.retry().call(() -> place.backend().read(place.path(path), version));
      return new OpenedReader(this, place, reader, storage.retry());
    });
  }

  /** Opens something that takes over the place; if that fails, the place is let go. */
  private <T> T whileOpen(Function<Place, T> opening) {
    Place place = place();
    try {
      return opening.apply(place);
    } catch (RuntimeException | Error e) {
      place.close();
      throw e;
    }
  }

  private Place place() {
    return storage.place(mount);
  }

  /**
   * Reads the whole file. If it changes meanwhile, it is begun anew once.
   *
   * @return its bytes
   * @throws AbsentException if there is no such file
   * @throws ChangedException if it changes again
   * @throws IllegalArgumentException if it is longer than an array can be; read it by {@link #open}
   */
  public byte[] read() {
    return Transfers.readAll(this);
  }

  /**
   * Reads the whole file as text in UTF-8.
   *
   * @return the text
   * @throws AbsentException if there is no such file
   */
  public String readText() {
    return readText(StandardCharsets.UTF_8);
  }

  /**
   * Reads the whole file as text.
   *
   * @param charset how it is encoded
   * @return the text
   * @throws AbsentException if there is no such file
   */
  public String readText(Charset charset) {
    return new String(read(), charset);
  }

  /**
   * Reads one range straight into memory; for several, {@link #open} the file.
   *
   * @param offset the first byte, from 0
   * @param target is filled to its last byte
   * @throws AbsentException if there is no such file
   * @throws ChangedException if the file ends before
   */
  public void read(long offset, MemorySegment target) {
    try (NodeReader reader = open()) {
      reader.read(offset, target);
    }
  }

  /**
   * The file as a stream.
   *
   * @return a stream, which the caller closes
   * @throws AbsentException if there is no such file
   */
  public InputStream inputStream() {
    return ClosingStream.of(open());
  }

  /**
   * The file as a channel for reading.
   *
   * @return a channel, which the caller closes; for one thread at a time
   * @throws AbsentException if there is no such file
   */
  public SeekableByteChannel channel() {
    NodeReader reader = open();
    try {
      return new NodeChannel(reader);
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  // --- writing ---

  /**
   * Begins to write the file; missing folders above are made. Nothing is seen of it before it is committed.
   *
   * @param options how
   * @return a writer, which the caller closes
   * @throws ExistsException if there is a folder, or something that is not to be replaced
   */
  public NodeWriter writer(WriteOptions options) {
    return whileOpen(place -> {
      place.require(Capability.WRITE, Place.Right.WRITE, "write", this);
      if (!options.metadata().isEmpty()) {
        place.require(Capability.METADATA, Place.Right.WRITE, "set metadata of", this);
      }
      WriteOptions typed = options.mediaType() == null ? options.withMediaType(MediaTypes.ofName(suffix())) : options;
      NodeWriter writer = storage.retry().call(() -> place.backend().write(place.path(path), typed));
      return new OpenedWriter(place, writer);
    });
  }

  /**
   * Begins to add to the end of the file.
   *
   * @return a writer, which the caller commits and closes
   */
  public NodeWriter appender() {
    return whileOpen(place -> {
      place.require(Capability.APPEND, Place.Right.WRITE, "append to", this);
      return new OpenedWriter(place, place.backend().append(place.path(path)));
    });
  }

  /**
   * Writes the whole file.
   *
   * @param bytes its bytes
   * @return the node that was written; of services where the bytes make the name, another one
   */
  public StorageNode write(byte[] bytes) {
    return write(bytes, WriteOptions.DEFAULT);
  }

  /**
   * Writes the whole file.
   *
   * @param bytes its bytes
   * @param options how
   * @return the node that was written
   * @throws ExistsException if there is something that is not to be replaced
   */
  public StorageNode write(byte[] bytes, WriteOptions options) {
    try (NodeWriter writer = writer(options.withSize(bytes.length))) {
      writer.write(MemorySegment.ofArray(bytes));
      return at(writer.commit().path());
    }
  }

  /**
   * Writes text in UTF-8 as the whole file.
   *
   * @param text the text
   * @return the node that was written
   */
  public StorageNode writeText(String text) {
    return writeText(text, StandardCharsets.UTF_8);
  }

  /**
   * Writes text as the whole file.
   *
   * @param text the text
   * @param charset how it is encoded
   * @return the node that was written
   */
  public StorageNode writeText(String text, Charset charset) {
    return write(text.getBytes(charset));
  }

  /**
   * The file as a stream to write to. What was written becomes the file by {@link NodeOutputStream#commit}; closed without, nothing is seen.
   *
   * @param options how
   * @return a stream, which the caller closes
   */
  public NodeOutputStream outputStream(WriteOptions options) {
    return new NodeOutputStream(writer(options));
  }

  /**
   * Adds bytes at the end of the file, which is made if it is not there.
   *
   * @param bytes what to add
   */
  public void append(byte[] bytes) {
    try (NodeWriter writer = appender()) {
      writer.write(MemorySegment.ofArray(bytes));
      writer.commit();
    }
  }

  /**
   * Deletes the file or the empty folder.
   *
   * @throws AbsentException if nothing is there
   * @throws ExistsException if it is a folder with something in it; see {@link #deleteTree}
   */
  public void delete() {
    Transfers.delete(this);
  }

  /**
   * Deletes the file, or the folder with all that is in it.
   *
   * @return how many files were deleted
   * @throws AbsentException if nothing is there
   */
  public long deleteTree() {
    return Transfers.deleteTree(this);
  }

  // --- copying ---

  /**
   * Copies a file or a folder with all that is in it, within the service where both are of one. Of a folder, what fails is left out and named at the end.
   *
   * @param target what the copy is called, not the folder that it is put in
   * @param options what is skipped, and how
   * @return what was copied
   * @throws AbsentException if nothing is here
   * @throws CopyException if some files of a folder failed; the others are copied
   * @throws IllegalArgumentException if the target is this, or within this folder
   */
  public CopySummary copyTo(StorageNode target, CopyOptions options) {
    return new Copier(this, target, options, false).run();
  }

  /**
   * Like {@link #copyTo}, and what was copied is deleted here; in one step where the service has one and nothing is filtered.
   *
   * @param target what it is to be called
   * @param options what is skipped, and how; what is skipped stays
   * @return what was moved
   * @throws AbsentException if nothing is here
   * @throws CopyException if some files of a folder failed; they are still here
   * @throws IllegalArgumentException if the target is this, or within this folder
   */
  public CopySummary moveTo(StorageNode target, CopyOptions options) {
    return new Copier(this, target, options, true).run();
  }

  // --- versions, metadata, addresses ---

  /**
   * The versions of this file.
   *
   * @return what lists and removes them; nothing is asked yet
   */
  public NodeVersions versions() {
    return new NodeVersions(this);
  }

  /** The same file at a version. */
  StorageNode ofVersion(@Nullable String id) {
    return new StorageNode(storage, mount, path, id, null);
  }

  /**
   * The user's own texts that are kept with the file.
   *
   * @return the texts by name
   * @throws AbsentException if there is no such file
   */
  public Map<String, String> metadata() {
    return on(Capability.METADATA, Place.Right.READ, "read metadata of", _ -> info()).metadata();
  }

  /**
   * Replaces the user's own texts.
   *
   * @param metadata all of them
   * @throws AbsentException if there is no such file
   */
  public void setMetadata(Map<String, String> metadata) {
    on(Capability.METADATA, Place.Right.WRITE, "set metadata of", place -> {
      place.backend().setMetadata(place.path(path), Map.copyOf(metadata));
      return true;
    });
  }

  /**
   * An address by which anybody may read the file for a while.
   *
   * @param life how long
   * @return the address; it is a secret in itself
   */
  public URI presignRead(Duration life) {
    return on(Capability.PRESIGN, Place.Right.READ, "presign",
        place -> place.backend().presign(place.path(path), "GET", life));
  }

  /**
   * An address by which anybody may write the file for a while, by HTTP PUT.
   *
   * @param life how long
   * @return the address; it is a secret in itself
   */
  public URI presignWrite(Duration life) {
    return on(Capability.PRESIGN, Place.Right.WRITE, "presign",
        place -> place.backend().presign(place.path(path), "PUT", life));
  }

  /**
   * The address of the file for those who may read it anyway.
   *
   * @return the address, without secrets; empty if there is none
   */
  public Optional<URI> url() {
    return on(Capability.READ, Place.Right.READ, "name", place -> place.backend().url(place.path(path)));
  }

  /** Asks the service something that it can do and the mount permits. */
  <T> T on(Capability capability, Place.Right right, String verb, Function<Place, T> action) {
    try (Place place = place()) {
      place.require(capability, right, verb, this);
      return storage.retry().call(() -> action.apply(place));
    }
  }

  /** Whether two nodes have one storage, name and version. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StorageNode node && storage == node.storage && mount.equals(node.mount)
        && path.equals(node.path)
        && Objects.equals(version, node.version);
  }

  @Override
  public int hashCode() {
    return Objects.hash(mount, path, version);
  }

  /** Its full name, such as {@code s3:train/part-0.parquet}. */
  @Override
  public String toString() {
    return mount + ":" + path;
  }
}
