package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.BlobWriter;
import io.packice.LeasedBlob;
import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Caller;
import io.packice.core.Commons;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.StoredObject;
import io.packice.core.TimeSource;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.HttpClientOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Null where {@code @Nullable} does not allow it is a {@link NullPointerException} at once, of every public method of what people call. */
final class NullsTest {
  private final Map<Class<?>, Object> samples = new HashMap<>();
  private final MemoryPeer peer = MemoryPeer.create(1 << 20);
  private final PackiceClient client = Packice.connect(peer);
  private final List<AutoCloseable> opened = new ArrayList<>();
  @TempDir Path folder;

  @BeforeEach
  void makeSamples() {
    ObjectWriter writer = client.create("draft", 1);
    try (ObjectWriter sealed = client.create("sealed", 1)) {
      sealed.seal();
    }
    LeasedObject object = client.get("sealed");
    BlobStore store = new MemfdBlobStore();
    BlobStore.Draft draft = store.allocate(new ObjectId("x"), OptionalLong.of(1));
    Extent extent = draft.openWriter();
    Session session = peer.openSession(new Caller(OptionalLong.empty(), OptionalLong.empty()));
    opened.addAll(List.of(extent, draft::discard, store, object, writer, session, client, peer));
    TimeSource time = System::nanoTime;
    Lease lease = object.lease();
    put(String.class, "a");
    put(Path.class, folder);
    put(URI.class, URI.create("http://127.0.0.1:1"));
    put(Duration.class, Duration.ofSeconds(1));
    put(Instant.class, Instant.EPOCH);
    put(InstantSource.class, InstantSource.system());
    put(List.class, List.of());
    put(Collection.class, List.of());
    put(Throwable.class, new IllegalStateException());
    put(Map.class, Map.of());
    put(OptionalLong.class, OptionalLong.empty());
    put(long[].class, new long[] {1});
    put(Arena.class, Arena.global());
    put(ByteBuffer.class, ByteBuffer.allocate(1));
    put(MemorySegment.class, MemorySegment.ofArray(new byte[1]));
    put(ObjectId.class, new ObjectId("a"));
    put(LeaseId.class, lease.id());
    put(Lease.class, lease);
    put(Intent.class, Intent.READ);
    put(Metadata.class, Metadata.empty());
    put(Blob.class, new Blob(0, 1));
    put(StoredObject.class, lease.object());
    put(AcquireRequest.class, AcquireRequest.read(new ObjectId("sealed")));
    put(Caller.class, new Caller(OptionalLong.empty(), OptionalLong.empty()));
    put(TimeSource.class, time);
    put(BlobStore.class, store);
    put(LeaseStore.class, new InMemoryLeaseStore(time));
    put(PeerOptions.class, PeerOptions.DEFAULT);
    put(Commons.class, Commons.alone(store));
    put(Extent.class, extent);
    put(Grant.class, new Grant(lease, extent));
    put(Session.class, session);
    put(Peer.class, peer);
    put(MemoryPeer.class, peer);
    put(PeerStats.class, client.stats());
    put(PackiceClient.class, client);
    put(ObjectWriter.class, writer);
    put(BlobWriter.class, writer.blob(0));
    put(LeasedObject.class, object);
    put(LeasedBlob.class, object.blob(0));
    put(PackiceClient.Filler.class, (PackiceClient.Filler) _ -> {
    });
    put(HttpClientOptions.class, HttpClientOptions.DEFAULT);
  }

  private void put(Class<?> type, Object sample) {
    samples.put(type, sample);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    LeakCheck.assertNothingHeld();
  }

  static Stream<Class<?>> types() {
    return Stream.of(Packice.class, PackiceClient.class, ObjectWriter.class, BlobWriter.class, LeasedObject.class,
        LeasedBlob.class, MemoryPeer.class, AcquireRequest.class, Blob.class, Caller.class, Grant.class, Lease.class,
        LeaseId.class, Metadata.class, ObjectId.class, StoredObject.class, Session.class, Peer.class, BlobStore.class,
        LeaseStore.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void nullIsRefusedAtOnce(Class<?> type) throws Exception {
    List<String> taken = new ArrayList<>();
    for (Executable each : Stream.concat(Arrays.stream(type.getConstructors()), Arrays.stream(type.getMethods()))
        .filter(each -> each.getDeclaringClass() == type && !each.isSynthetic() && !each.getName().equals("equals"))
        .toList()) {
      Parameter[] parameters = each.getParameters();
      for (int i = 0; i < parameters.length; i++) {
        boolean mayBeNull = parameters[i].getType().isPrimitive()
            || parameters[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (!mayBeNull && !throwsNullPointer(each, i)) {
          taken.add(each + ", parameter " + (i + 1));
        }
      }
    }
    assertThat(taken).isEmpty();
  }

  private boolean throwsNullPointer(Executable each, int nullAt) throws ReflectiveOperationException {
    Parameter[] parameters = each.getParameters();
    @Nullable Object[] arguments = new Object[parameters.length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == nullAt ? null : sample(parameters[i].getType());
    }
    try {
      if (each instanceof Method method) {
        method.invoke(Modifier.isStatic(method.getModifiers()) ? null : sample(each.getDeclaringClass()), arguments);
      } else {
        ((Constructor<?>) each).newInstance(arguments);
      }
      return false;
    } catch (InvocationTargetException e) {
      return e.getCause() instanceof NullPointerException;
    }
  }

  private Object sample(Class<?> type) {
    if (type == long.class) {
      return 1L;
    } else if (type == int.class) {
      return 1;
    } else if (type == boolean.class) {
      return false;
    }
    return type.isEnum() ? type.getEnumConstants()[0]
        : Objects.requireNonNull(samples.get(type), "a sample of " + type);
  }
}
