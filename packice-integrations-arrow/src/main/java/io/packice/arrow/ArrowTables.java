package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a peer: Arrow record batches in shared memory. A table is a manifest object that has the table's name, and part objects beside
 * it; docs/format.md draws them. Sealing the manifest publishes the table as a whole.
 *
 * <p>Stateless, safe from any thread, and cheap to make. The client stays the caller's; what was opened here outlives its close, what is being
 * written needs it open. Besides what each method names, any of them throws {@link io.packice.core.PeerUnavailableException} if the connection
 * breaks.
 */
public final class ArrowTables {
  /** The longest name of a table in bytes of UTF-8; an object's is 255, and a part's is longer than its table's. */
  public static final int MAX_NAME_BYTES = 200;

  private final PackiceClient client;

  /**
   * Tables of the peer that a client is connected to.
   *
   * @param client the connection; it stays the caller's
   */
  public ArrowTables(PackiceClient client) {
    this.client = client;
  }

  /**
   * Begins a table that does not exist yet.
   *
   * @param name its name
   * @param schema its columns
   * @return a writer; the caller commits and closes it
   * @throws io.packice.core.AlreadyExistsException if the name is taken, or somebody is writing a table of that name
   * @throws IllegalArgumentException if the name is no object id or longer than {@value #MAX_NAME_BYTES} bytes, or the schema has a
   *     dictionary-encoded column, whose dictionary {@link #create(String, Schema, TableOptions, DictionaryProvider)} wants
   */
  public TableWriter create(String name, Schema schema) {
    return create(name, schema, TableOptions.defaults());
  }

  /**
   * Begins a table or, with {@link IfExists#REPLACE}, its next version. Readers of the old one keep it.
   *
   * @param name its name
   * @param schema its columns
   * @param options how
   * @return a writer; the caller commits and closes it
   * @throws io.packice.core.AlreadyExistsException if the name is taken and the options do not say to replace, or somebody is writing a table
   *     of that name
   * @throws TableFormatException if what is to be replaced is not a table, or is one that this version cannot read
   * @throws IllegalArgumentException if the name is no object id or longer than {@value #MAX_NAME_BYTES} bytes, or the schema has a
   *     dictionary-encoded column, whose dictionary {@link #create(String, Schema, TableOptions, DictionaryProvider)} wants
   */
  public TableWriter create(String name, Schema schema, TableOptions options) {
    return create(name, schema, options, EncodedSchema.NO_DICTIONARIES);
  }

  /**
   * Like {@link #create(String, Schema, TableOptions)}, with dictionary-encoded columns, at whatever depth. They stay encoded: each part of the
   * table gets the dictionaries that its batches refer to, as they are when these are written. So they may grow, or say something else, from one
   * batch to the next.
   *
   * {@snippet :
   * try (TableWriter writer = tables.create("shirts", batch.getSchema(), TableOptions.defaults(), dictionaries)) {
   *   writer.write(batch);
   *   writer.commit();
   * }
   * }
   *
   * @param name its name
   * @param schema its columns, as vectors have them: a dictionary-encoded one has the type of its indices
   * @param options how
   * @param dictionaries what the indices stand for; it stays the caller's, and open until the writer is closed
   * @return a writer; the caller commits and closes it
   * @throws io.packice.core.AlreadyExistsException if the name is taken and the options do not say to replace, or somebody is writing a table
   *     of that name
   * @throws TableFormatException if what is to be replaced is not a table, or is one that this version cannot read
   * @throws IllegalArgumentException if the name is no object id or longer than {@value #MAX_NAME_BYTES} bytes, a dictionary is missing, two
   *     columns use one id for values of different types, a column has another type than its encoding says or is of a type that there is not (integers
   *     of 34 bits), a struct or dense union has two fields of one name, or a sparse union two of one type, which vectors cannot hold
   */
  public TableWriter create(String name, Schema schema, TableOptions options, DictionaryProvider dictionaries) {
    requireName(name);
    EncodedSchema encoded = encoded(name, schema, dictionaries);
    ObjectWriter claim = claim(name, options);
    try {
      Manifest replaced = options.ifExists() == IfExists.REPLACE ? currentOrNull(name) : null;
      return begin(claim, replaced, Manifest.of(encoded), options, dictionaries);
    } catch (Throwable failure) {
      claim.close();
      throw failure;
    }
  }

  /**
   * Begins the next version of a table, which has the rows of the one before, and then more. No byte is copied: both versions name the same
   * parts.
   *
   * @param name its name
   * @return a writer for the table's own schema; the caller commits and closes it
   * @throws NotFoundException if there is no such table
   * @throws io.packice.core.AlreadyExistsException if somebody is writing its next version
   * @throws TableFormatException if the object is not a table, or is one that this version cannot read
   * @throws IllegalArgumentException if the table has a dictionary-encoded column, whose dictionary
   *     {@link #append(String, TableOptions, DictionaryProvider)} wants
   */
  public TableWriter append(String name) {
    return append(name, TableOptions.defaults());
  }

  /**
   * Like {@link #append(String)}, with options.
   *
   * @param name its name
   * @param options how; {@link TableOptions#ifExists} means nothing here
   * @return a writer for the table's own schema; the caller commits and closes it
   * @throws NotFoundException if there is no such table
   * @throws io.packice.core.AlreadyExistsException if somebody is writing its next version
   * @throws TableFormatException if the object is not a table, or is one that this version cannot read
   * @throws IllegalArgumentException if the table has a dictionary-encoded column, whose dictionary
   *     {@link #append(String, TableOptions, DictionaryProvider)} wants
   */
  public TableWriter append(String name, TableOptions options) {
    return append(name, options, EncodedSchema.NO_DICTIONARIES);
  }

  /**
   * Like {@link #append(String, TableOptions)}, to a table with dictionary-encoded columns. The dictionaries need not be those of the version before.
   *
   * @param name its name
   * @param options how; {@link TableOptions#ifExists} means nothing here
   * @param dictionaries with the ids and types of values that the table's schema asks for; it stays the caller's, and open until the writer is closed
   * @return a writer for the table's own schema; the caller commits and closes it
   * @throws NotFoundException if there is no such table
   * @throws io.packice.core.AlreadyExistsException if somebody is writing its next version
   * @throws TableFormatException if the object is not a table, or is one that this version cannot read
   * @throws IllegalArgumentException if a dictionary is missing, or has values of another type than the table's, or the table is partitioned
   */
  public TableWriter append(String name, TableOptions options, DictionaryProvider dictionaries) {
    requireName(name);
    requireTable(client.stat(name));
    ObjectWriter claim = claim(name, options.withIfExists(IfExists.REPLACE));
    try {
      Manifest current = currentOrNull(name);
      if (current == null) {
        throw new NotFoundException("Cannot append to table " + name + ": it was dropped meanwhile; create it");
      }
      if (!current.partitioning().isEmpty()) {
        throw new IllegalArgumentException("Cannot append to table " + name + ": it is partitioned by "
            + current.partitioning()
            + ", so each part must have rows of one partition only; write parts and commit a change");
      }
      EncodedSchema given = encoded(name, current.schema().vectors(), dictionaries);
      given.dictionaries().forEach((id, values) -> EncodedSchema.requireSameValues(id,
          current.schema().values(id).field(), values.field()));
      return begin(claim, current, current, options, dictionaries);
    } catch (Throwable failure) {
      claim.close();
      throw failure;
    }
  }

  /**
   * Begins some of the parts of a table's next version, while others write more, in this or other processes. Who publishes them, and whether the table is there
   * yet, is not asked here; {@link #change} does it.
   *
   * @param name the table's name
   * @param schema its columns, none of them dictionary-encoded
   * @param options how large parts are to be, what room they may be made of, and what is expected of all who write parts for one change together;
   *     the rest means nothing here
   * @param leaseTtl how long the parts stay when all that know of them are killed; they are renewed thrice in that time
   * @return a writer; the caller hands its parts over, or closes it
   * @throws IllegalArgumentException if the name is no object id or longer than {@value #MAX_NAME_BYTES} bytes, a column is dictionary-encoded, or the TTL is
   *     not positive
   */
  public PartsWriter parts(String name, Schema schema, TableOptions options, Duration leaseTtl) {
    requireName(name);
    if (leaseTtl.toMillis() <= 0) {
      throw new IllegalArgumentException(
          "Cannot keep parts of table " + name + " for " + leaseTtl + "; give at least 1 ms");
    }
    return new PartsWriter(client, name, encoded(name, schema, EncodedSchema.NO_DICTIONARIES), options, leaseTtl);
  }

  /**
   * Begins a change of a table, or a new one, of parts that others write.
   *
   * @param name its name
   * @param patience how long the commit waits for others that are writing the table; zero to fail at once
   * @return the change; the caller commits and closes it
   * @throws IllegalArgumentException if the name is no object id or longer than {@value #MAX_NAME_BYTES} bytes
   */
  public TableChange change(String name, Duration patience) {
    return change(name, patience, TableOptions.defaults());
  }

  /**
   * Begins a change like {@link #change(String, Duration)}, with options.
   *
   * @param name its name
   * @param patience how long the commit waits for others that are writing the table; zero to fail at once
   * @param options what room the table's description may be made of; the rest means nothing here
   * @return the change; the caller commits and closes it
   * @throws IllegalArgumentException if the name is no object id or longer than {@value #MAX_NAME_BYTES} bytes
   */
  public TableChange change(String name, Duration patience, TableOptions options) {
    requireName(name);
    return new TableChange(client, this, name, patience, options.withIfExists(IfExists.REPLACE).withExpectedBytes(0));
  }

  /**
   * Gives a table another name, with its earlier versions. Its bytes are copied within the peer, which needs room for both until it is done. The old name goes
   * with the step that brings the new one, whose process may be killed at any time: there is the one or the other. (Of more than
   * {@value io.packice.core.Session#MAX_DISCARDS} parts and versions, the others go after it.) Readers of the old one keep it.
   *
   * @param name its name
   * @param newName what it is to be called
   * @throws NotFoundException if there is no such table, or one of its parts is gone
   * @throws io.packice.core.AlreadyExistsException if the new name is taken, or somebody is writing a table of either name
   * @throws io.packice.core.CapacityExceededException if the peer has no room for the copy; the message states the numbers, and nothing has changed
   * @throws io.packice.core.NotPermittedException if the peer does not let this caller discard the old table; nothing has changed
   * @throws TableFormatException if the object is not a table, or it or an earlier version that its history keeps is too new or damaged; nothing has changed
   * @throws IllegalArgumentException if the new name is no object id or longer than {@value #MAX_NAME_BYTES} bytes
   */
  public void rename(String name, String newName) {
    requireName(name);
    requireName(newName);
    requireTable(client.stat(name));
    new TableRename(client, this, name, newName).run();
  }

  private static EncodedSchema encoded(String table, Schema schema, DictionaryProvider dictionaries) {
    EncodedSchema encoded;
    try {
      encoded = EncodedSchema.ofVectors(schema, dictionaries);
    } catch (Damage wrong) {
      throw new IllegalArgumentException("Cannot write table " + table + ": " + wrong.what() + "; "
          + wrong.advice("give the dictionaries of its columns"), wrong);
    }
    if (!encoded.vectors().equals(schema)) {
      throw new IllegalArgumentException("Cannot write table " + table + ": its columns " + schema.getFields()
          + " have other types than their encodings say, which is " + encoded.vectors().getFields());
    }
    return encoded;
  }

  private TableWriter begin(ObjectWriter claim, @Nullable Manifest before, Manifest base, TableOptions options,
      DictionaryProvider dictionaries) {
    TableVersions versions = new TableVersions(client, claim.id());
    versions.discardOrphans(before);
    return new TableWriter(client, claim, base, options, dictionaries, before, versions);
  }

  /**
   * Opens the current version of a table, under READ leases on its manifest and all its parts. Each part's structure is checked; no value is
   * read.
   *
   * @param name its name
   * @return the table; the caller closes it
   * @throws NotFoundException if there is no such object
   * @throws NotSealedException if it is being written for the first time
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public ArrowTable open(String name) {
    return open(name, () -> client.get(name));
  }

  /**
   * Opens one version of a table: the current one, or an earlier one that its history keeps.
   *
   * @param name its name
   * @param version from 1
   * @return the table as it was; the caller closes it
   * @throws NotFoundException if there is no such table, or it does not keep this version; {@link #versions} lists those that there are
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public ArrowTable open(String name, long version) {
    requireName(name);
    return open(name, () -> manifest(name, version));
  }

  private LeasedObject manifest(String name, long version) {
    LeasedObject current = client.get(name);
    try {
      if (read(current).version() == version) {
        return current;
      }
    } catch (Throwable failure) {
      current.close();
      throw failure;
    }
    current.close();
    try {
      return client.get(TableVersions.id(name, version));
    } catch (NotFoundException gone) {
      throw new NotFoundException(
          "Cannot open version " + version + " of table " + name + ": there are " + versions(name)
              + "; write it with a longer history to keep more",
          gone);
    }
  }

  /**
   * Describes the current version of a table: its manifest is read, its parts are not leased. So it may be replaced or dropped at any time; {@link #lease(String)}
   * keeps it.
   *
   * @param name its name
   * @return what it consists of
   * @throws NotFoundException if there is no such object
   * @throws NotSealedException if it is being written for the first time
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public TableDescription describe(String name) {
    try (LeasedObject current = client.get(name)) {
      return new TableDescription(name, read(current), current.asOf());
    }
  }

  /**
   * Describes one version of a table, like {@link #describe(String)}.
   *
   * @param name its name
   * @param version from 1
   * @return what it consists of
   * @throws NotFoundException if there is no such table, or it does not keep this version
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public TableDescription describe(String name, long version) {
    requireName(name);
    try (LeasedObject manifest = manifest(name, version)) {
      return new TableDescription(name, read(manifest), manifest.asOf());
    }
  }

  /**
   * Leases the current version of a table, which keeps it as it is: its manifest is leased, its parts are not mapped. See {@link LeasedTable}.
   *
   * @param name its name
   * @return the version; the caller closes it
   * @throws NotFoundException if there is no such object
   * @throws NotSealedException if it is being written for the first time
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public LeasedTable lease(String name) {
    return lease(name, client.get(name));
  }

  /**
   * Leases one version of a table, like {@link #lease(String)}.
   *
   * @param name its name
   * @param version from 1
   * @return the version; the caller closes it
   * @throws NotFoundException if there is no such table, or it does not keep this version
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public LeasedTable lease(String name, long version) {
    requireName(name);
    return lease(name, manifest(name, version));
  }

  private static LeasedTable lease(String name, LeasedObject manifest) {
    try {
      return new LeasedTable(name, manifest);
    } catch (Throwable failure) {
      manifest.close();
      throw failure;
    }
  }

  /**
   * Opens the parts that a description names, and no others, under READ leases. Unlike {@link #open(String)}, this does not look for the current
   * version: it is for who has decided what to read, maybe in another process. While somebody {@linkplain #lease leases} the version that was described, its
   * parts are there, whatever becomes of the table.
   *
   * @param description what to open
   * @return a table of these parts; the caller closes it
   * @throws NotFoundException if a part is gone: the table was replaced or dropped since, nobody holds this version, and its history does not keep it
   * @throws TableFormatException if a part is not what the description says, or damaged
   */
  public ArrowTable open(TableDescription description) {
    return ArrowTable.open(client, description.name(), null, description.manifest(), description.asOf());
  }

  /**
   * Which versions of a table can be opened.
   *
   * @param name its name
   * @return their numbers, the current one last
   * @throws NotFoundException if there is no such table
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public List<Long> versions(String name) {
    requireName(name);
    try (LeasedObject current = client.get(name)) {
      List<Long> versions = new ArrayList<>(new TableVersions(client, name).kept());
      versions.add(read(current).version());
      return versions.stream().distinct().sorted().toList();
    }
  }

  /**
   * Which version of a table was the current one at a time, by the clocks of those who wrote it.
   *
   * @param name its name
   * @param time from the past; what is later than now is like now
   * @return its number
   * @throws NotFoundException if there is no such table, or its history does not reach back so far; the message says from when on it does
   * @throws TableFormatException if the object is not a table, is too new or damaged
   */
  public long versionAt(String name, Instant time) {
    long current = describe(name).version();
    TableVersions versions = new TableVersions(client, name);
    Instant since = versions.currentSince(current);
    if (!time.isBefore(since)) {
      return current;
    }
    SortedMap<Long, VersionTimes> times = versions.times();
    return times.entrySet().stream().filter(each -> each.getValue().has(time)).findFirst().map(Map.Entry::getKey)
        .orElseThrow(
            () -> new NotFoundException("Cannot open table " + name + " as of " + time + ": it keeps what it was from "
                + times.values().stream().map(VersionTimes::since).min(Comparator.naturalOrder()).orElse(since)
                + " on; write it with a longer history to keep more"));
  }

  private ArrowTable open(String name, Supplier<LeasedObject> manifestLease) {
    Manifest before = null;
    while (true) {
      LeasedObject leased = manifestLease.get();
      try {
        Manifest manifest = read(leased);
        try {
          return ArrowTable.open(client, name, leased, manifest, leased.asOf());
        } catch (NotFoundException missing) {
          // Replaced or dropped since the manifest was read: the next look shows which. Unless it shows the same again.
          if (manifest.equals(before)) {
            throw new TableFormatException(
                "Cannot open table " + name + ": " + missing.getMessage() + "; drop the table and write it anew",
                missing);
          }
          before = manifest;
        }
      } catch (Throwable failure) {
        leased.close();
        throw failure;
      }
      leased.close();
    }
  }

  /**
   * Whether an object is a table, that is a table's manifest. Its parts are not.
   *
   * @param object the object, from a listing or a lease
   * @return whether it says so of itself
   */
  public static boolean isTable(StoredObject object) {
    return Manifest.isTable(object.meta());
  }

  /**
   * Removes a table, in one step up to {@value io.packice.core.Session#MAX_DISCARDS} parts and versions: its name is free at once, its bytes when the last reader
   * closes. A damaged or too new table can be dropped as well.
   *
   * @param name its name
   * @throws NotFoundException if there is no such table
   * @throws io.packice.core.AlreadyExistsException if somebody is writing its next version
   * @throws TableFormatException if the object is not a table; {@link PackiceClient#discard} removes any object
   * @throws io.packice.core.NotPermittedException if the peer does not let this caller
   */
  public void drop(String name) {
    requireName(name);
    requireTable(client.stat(name));
    try (ObjectWriter _ = claim(name, TableOptions.defaults().withIfExists(IfExists.REPLACE))) { // keeps writers away until its parts are gone
      client.discardAll(new TableVersions(client, name).all());
    }
  }

  /**
   * Lists the tables. Each is leased for a moment to be described, which counts as a use; one that cannot be read is left out, with a warning
   * in the log.
   *
   * @return the tables in the order of their names, lazily; nothing needs closing
   */
  public Stream<TableSummary> list() {
    return client.list("").filter(status -> Manifest.isTable(status.object().meta())).mapMulti((status, sink) -> {
      TableSummary summary = summaryOrNull(status.object().id().value());
      if (summary != null) {
        sink.accept(summary);
      }
    });
  }

  private @Nullable TableSummary summaryOrNull(String name) {
    try (LeasedObject leased = client.get(name)) {
      return read(leased).summary(name);
    } catch (NotFoundException | NotSealedException _) {
      return null; // dropped since it was listed
    } catch (TableFormatException unreadable) {
      Log.cannotSummarise(unreadable);
      return null;
    }
  }

  /** The manifest's draft: while it lives, nobody else writes a table of this name. It gets its size as it is written. */
  ObjectWriter claim(String name, TableOptions options) {
    return client.create(AcquireRequest.create(new ObjectId(name), null)
        .withGroup(name)
        .withMeta(Manifest.TABLE_META)
        .withIfExists(options.ifExists())
        .withRoom(options.room())
        .withExpectedBytes(options.expectedBytes()));
  }

  /** Called under a claim, whose draft is what is not sealed if there is no version yet. */
  private @Nullable Manifest currentOrNull(String name) {
    try (LeasedObject leased = client.get(name)) {
      return read(leased);
    } catch (NotFoundException | NotSealedException _) {
      return null;
    }
  }

  static Manifest read(LeasedObject leased) {
    if (!(Manifest.isTable(leased.meta()) || Manifest.isVersion(leased.meta())) || leased.blobs().size() != 1) {
      throw notATable(leased.id());
    }
    return Manifest.parse(leased.id(), leased.blob(0).segment());
  }

  private static void requireTable(ObjectStatus status) {
    if (!Manifest.isTable(status.object().meta())) {
      throw notATable(status.object().id().value());
    }
  }

  private static TableFormatException notATable(String id) {
    return new TableFormatException("Cannot use " + id + " as a table: it is an ordinary object; give a table's name");
  }

  private static void requireName(String name) {
    new ObjectId(name); // refuses what no object may be called
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException("Cannot name a table with " + bytes + " bytes; at most " + MAX_NAME_BYTES);
    }
  }
}
