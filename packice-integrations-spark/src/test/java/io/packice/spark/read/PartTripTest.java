package io.packice.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.core.AcquireRequest;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.testing.SparkPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a part passes on its way to Spark, which docs/architecture.md draws: the classes on the stacks of reader and peer when the peer leases it. */
class PartTripTest {
  private static final Set<String> OF_READER =
      new TreeSet<>(Set.of("SliceReader", "OpenParts", "MappedParts", "Peers", "ArrowTables", "ArrowTable"));
  private static final int MOST = 18;

  private final Thread reader = Thread.currentThread();
  private final Set<String> passed = new ConcurrentSkipListSet<>();
  private final Set<String> asked = new ConcurrentSkipListSet<>();

  /** The same, but notes what is asked and by whom. */
  private <T> T watched(Class<T> type, T of) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
      asked.add(method.getName());
      if (arguments != null && arguments.length > 0 && arguments[0] instanceof AcquireRequest) {
        Stream.of(reader, Thread.currentThread()).flatMap(thread -> Arrays.stream(thread.getStackTrace()))
            .map(StackTraceElement::getClassName).filter(name -> name.startsWith("io.packice."))
            .map(name -> name.replaceFirst("\\$.*", "")).filter(name -> !name.equals(PartTripTest.class.getName()))
            .forEach(passed::add);
      }
      try {
        Object result = method.invoke(of, arguments);
        return result instanceof Session session ? watched(Session.class, session) : result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }));
  }

  private static void write(PackiceClient client) {
    Schema schema = new Schema(List.of(new Field("n", FieldType.nullable(new ArrowType.Int(64, true)), null)));
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = new ArrowTables(client).create("t", schema, TableOptions.defaults().withPartBytes(1))) {
      for (int part = 0; part < 2; part++) {
        ((BigIntVector) batch.getVector(0)).setSafe(0, part);
        batch.setRowCount(2); // the second is null
        writer.write(batch);
      }
      writer.commit();
    }
  }

  @Test
  void aPartPassesFewClassesAndThePeerIsAskedNothingElse() throws Exception {
    try (SparkPeer peer = new SparkPeer(watched(Peer.class, MemoryPeer.create(1L << 26)))) {
      write(peer.client());
      TableDescription table = new ArrowTables(peer.client()).describe("t");
      StructType columns =
          new StructType(new StructField[] {DataTypes.createStructField("n", DataTypes.LongType, true)});
      List<TablePart> parts = table.parts();
      try (SliceReader slices = new SliceReader(new PeerAddress(peer.address()), table, columns,
          List.of(Slice.whole(parts.getFirst(), 0), Slice.whole(parts.getLast(), 2)))) {
        assertThat(slices.next()).isTrue(); // connects
        passed.clear();
        asked.clear();
        assertThat(slices.next()).isTrue();
        assertThat(slices.get().column(0).getLong(0)).isEqualTo(1);
        assertThat(slices.get().column(0).numNulls()).isEqualTo(1);
        assertThat(asked).as("asked of the peer").containsExactly("acquire");
        assertThat(slices.next()).isFalse();
      }
      assertThat(
          passed.stream().filter(name -> name.startsWith("io.packice.spark") || name.startsWith("io.packice.arrow"))
              .map(name -> name.substring(name.lastIndexOf('.') + 1)))
          .containsExactlyInAnyOrderElementsOf(OF_READER);
      assertThat(passed).hasSizeLessThanOrEqualTo(MOST);
      peer.requireIdle();
    }
  }
}
