package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.core.TimeSource;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.DescriptorStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server as others have written it, by the description of its protocol alone: JSON on a Unix socket; no hello; what it reads at once, at most 4096 bytes, is one request;
 * nothing stands behind an answer; acquire answers with status, lease_id, object_id, meta and the descriptor; a refusal has a message and no code, and ends the
 * connection. What lives, lives by TTL and renewal. It shares no code with the peers of this project but the system calls.
 */
public final class PlainStandIn implements AutoCloseable {
  private static final int READ_BYTES = 4096;
  private static final double DEFAULT_TTL_SECONDS = 60;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final TimeSource time;
  private final AFUNIXServerSocket listener;
  private final Thread acceptor;
  private final Set<AFUNIXSocket> connections = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>(); // of the accepting thread
  private final Map<String, Stored> sealed = new HashMap<>(); // guarded by this
  private final Map<String, Lease> leases = new HashMap<>(); // guarded by this
  private final List<String> asked = new ArrayList<>(); // guarded by this

  /** An object, sealed or not; its bytes go with its name and its last lease. */
  private static final class Stored {
    final String id;
    final JsonNode meta;
    final Descriptor bytes;
    int users;
    boolean isSealed;

    Stored(String id, JsonNode meta) {
      this.id = id;
      this.meta = meta;
      this.bytes = Descriptor.memfd(id);
    }
  }

  private static final class Lease {
    final Stored object;
    final String intent;
    final long ttlNanos;
    long endNanos;

    Lease(Stored object, String intent, long ttlNanos) {
      this.object = object;
      this.intent = intent;
      this.ttlNanos = ttlNanos;
    }
  }

  private record Answer(Map<String, Object> fields, @Nullable Descriptor descriptor) {
    static Answer of(String status) {
      return new Answer(Map.of("status", status), null);
    }
  }

  /** What it does not do. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  private PlainStandIn(TimeSource time, AFUNIXServerSocket listener) {
    this.time = time;
    this.listener = listener;
    this.acceptor = Thread.ofPlatform().start(this::accept);
  }

  /** Listens. */
  public static PlainStandIn open(Path socket, TimeSource time) {
    try {
      return new PlainStandIn(time, AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(socket)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        AFUNIXSocket socket = listener.accept();
        connections.add(socket);
        threads.add(Thread.ofPlatform().start(() -> serve(socket)));
      }
    } catch (IOException closed) {
      connections.forEach(PlainStandIn::close);
    }
  }

  private void serve(AFUNIXSocket socket) {
    byte[] bytes = new byte[READ_BYTES];
    try {
      DescriptorStream stream =
          new DescriptorStream(FileDescriptorCast.using(socket.getFileDescriptor()).as(Integer.class),
              DescriptorStream.Descriptors.REFUSED, socket::close);
      try {
        for (int count = 0; count >= 0;) {
          count = stream.read(bytes, 0, READ_BYTES, List.of());
          if (count > 0 && !answer(new String(bytes, 0, count, UTF_8), stream)) {
            break;
          }
        }
      } finally {
        stream.close();
        connections.remove(socket);
      }
    } catch (IOException clientGone) {
      connections.remove(socket);
    }
  }

  /** False after a refusal. */
  private boolean answer(String text, DescriptorStream stream) throws IOException {
    try {
      Answer answer = answer(text);
      Descriptor descriptor = answer.descriptor;
      try {
        stream.write(JSON.writeValueAsString(answer.fields).getBytes(UTF_8),
            descriptor == null ? null : descriptor.fd());
      } finally {
        if (descriptor != null) {
          descriptor.close();
        }
      }
      return true;
    } catch (RefusedException | PackiceException | JacksonException refused) {
      String message = String.valueOf(refused.getMessage());
      stream.write(JSON.writeValueAsString(Map.of("status", "error", "message", message)).getBytes(UTF_8), null);
      return false;
    }
  }

  private synchronized Answer answer(String text) throws RefusedException {
    JsonNode request = JSON.readTree(text);
    String command = request.path("command").asString("");
    asked.add(command + (text.endsWith("}") ? "" : " and more"));
    expire();
    return switch (command) {
      case "acquire" -> acquire(request);
      case "seal" -> seal(lease(request));
      case "discard" -> discard(request.path("lease_id").asString(""), lease(request));
      case "release" -> {
        end(request.path("lease_id").asString(""), lease(request));
        yield Answer.of("released");
      }
      case "renew" -> {
        Lease lease = lease(request);
        lease.endNanos = time.nanoTime() + lease.ttlNanos;
        yield Answer.of("renewed");
      }
      default -> throw new RefusedException("unknown command");
    };
  }

  private Answer acquire(JsonNode request) throws RefusedException {
    String intent = request.path("intent").asString("");
    JsonNode named = request.path("object_id");
    String id = named.isString() ? named.stringValue() : UUID.randomUUID().toString().replace("-", "");
    Stored object = switch (intent) {
      case "create" -> created(id, request.path("meta"));
      case "read", "write" -> {
        Stored there = sealed.get(id);
        if (there == null) {
          throw new RefusedException("no such object");
        }
        yield there;
      }
      default -> throw new RefusedException("unknown intent");
    };
    double seconds =
        request.path("ttl_seconds").isNumber() ? request.path("ttl_seconds").doubleValue() : DEFAULT_TTL_SECONDS;
    Lease lease = new Lease(object, intent, (long) (seconds * 1e9));
    lease.endNanos = time.nanoTime() + lease.ttlNanos;
    String leaseId = UUID.randomUUID().toString();
    Descriptor descriptor =
        object.bytes.reopen(intent.equals("create") ? Extent.Access.READ_WRITE : Extent.Access.READ_ONLY);
    object.users++;
    leases.put(leaseId, lease);
    return new Answer(Map.of("status", "ok", "lease_id", leaseId, "object_id", id, "meta", object.meta), descriptor);
  }

  private Stored created(String id, JsonNode meta) throws RefusedException {
    if (sealed.containsKey(id)
        || leases.values().stream().anyMatch(lease -> isDraft(lease) && lease.object.id.equals(id))) {
      throw new RefusedException("object exists");
    }
    return new Stored(id, meta.isObject() ? meta : JSON.createObjectNode());
  }

  private static boolean isDraft(Lease lease) {
    return lease.intent.equals("create") && !lease.object.isSealed;
  }

  private Lease lease(JsonNode request) throws RefusedException {
    Lease lease = leases.get(request.path("lease_id").asString(""));
    if (lease == null) {
      throw new RefusedException("no such lease");
    }
    return lease;
  }

  private Answer seal(Lease lease) throws RefusedException {
    if (!isDraft(lease)) {
      throw new RefusedException("cannot be sealed");
    }
    lease.object.bytes.seal();
    lease.object.isSealed = true;
    sealed.put(lease.object.id, lease.object);
    lease.object.users++;
    return Answer.of("sealed");
  }

  private Answer discard(String id, Lease lease) {
    if (sealed.remove(lease.object.id, lease.object)) {
      leave(lease.object);
    }
    end(id, lease);
    return Answer.of("discarded");
  }

  private void end(String id, Lease lease) {
    leases.remove(id);
    leave(lease.object);
  }

  private static void leave(Stored object) {
    object.users--;
    if (object.users == 0) {
      object.bytes.close();
    }
  }

  private void expire() {
    Map.copyOf(leases).forEach((id, lease) -> {
      if (lease.endNanos - time.nanoTime() <= 0) {
        end(id, lease);
      }
    });
  }

  /** How many leases live. */
  public synchronized int leases() {
    expire();
    return leases.size();
  }

  synchronized int leasesOn(String id) {
    expire();
    return (int) leases.values().stream().filter(lease -> lease.object.equals(sealed.get(id))).count();
  }

  synchronized long drafts() {
    expire();
    return leases.values().stream().filter(PlainStandIn::isDraft).count();
  }

  synchronized long zombieBytes() {
    expire();
    return leases.values().stream().map(lease -> lease.object)
        .filter(object -> object.isSealed && !sealed.containsValue(object)).distinct().mapToLong(PlainStandIn::held)
        .sum();
  }

  synchronized long liveBytes() {
    return sealed.values().stream().mapToLong(PlainStandIn::held).sum();
  }

  private static long held(Stored object) {
    return Blob.alignUp(object.bytes.byteSize());
  }

  /** What is sealed. */
  synchronized List<String> objects() {
    return sealed.keySet().stream().sorted().toList();
  }

  /** The commands that came, in order. */
  public synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  private static void close(AFUNIXSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      acceptor.join();
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    synchronized (this) {
      Map.copyOf(leases).forEach(this::end);
      sealed.values().forEach(PlainStandIn::leave);
    }
  }
}
