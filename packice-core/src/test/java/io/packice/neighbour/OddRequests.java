package io.packice.neighbour;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random requests: most of their fields have a meaning, some are at a bound, some make none. Knows some of the leases that were given. For one thread. */
final class OddRequests {
  /** What all ids begin with that it names: what is the neighbour's own it leaves alone, for it might. */
  static final String OWN = "hostile/";

  static final List<String> COMMANDS =
      List.of("acquire", "acquire", "acquire", "seal", "seal", "release", "release", "discard", "renew",
          "list", "stat", "idle", "stats", "sessions", "pin", "unpin", "ping", "hello", "freeze", "no such thing");
  private static final int IDS = 60;
  private static final int LEASES = 40;
  private static final int MAX_BYTES = 96 << 10;

  final OddValues values;
  private final Deque<String> leases = new ArrayDeque<>();
  private @Nullable String session; // the last that was opened over HTTP

  OddRequests(SplittableRandom random) {
    this.values = new OddValues(random);
  }

  String id() {
    return "\"" + plainId() + "\"";
  }

  String plainId() {
    return OWN + values.below(IDS);
  }

  /** Remembers a lease; what there are too many of is forgotten, as by a client that leaks them. */
  void given(@Nullable String lease) {
    if (lease != null) {
      leases.add(lease);
      if (leases.size() > LEASES) {
        leases.poll();
      }
    }
  }

  /** Remembers a session; those before it are forgotten, as by a client that leaks them. */
  void opened(String newSession) {
    session = newSession;
  }

  private String session() {
    return values.percent(90) ? "\"" + session + "\"" : values.text(64);
  }

  /** One that it forgets, or one that nobody gave. */
  private String lease() {
    if (leases.isEmpty() || values.percent(10)) {
      return values.percent(50) ? "\"" + "0".repeat(32) + "\"" : values.text(64);
    }
    String lease = values.percent(80) ? leases.poll() : leases.peek();
    return "\"" + lease + "\"";
  }

  /** The fields of one command, without the command itself. */
  String fields(String command) {
    Fields fields = new Fields();
    switch (command) {
      case "acquire" -> acquire(fields);
      case "seal", "freeze" -> {
        if (values.percent(80)) {
          fields.put("lease_id", values.mostly(95, this::lease));
        } else {
          fields.put("lease_ids", values.mostly(90, () -> values.list(this::lease, 1_000)));
        }
        if (values.percent(10)) {
          fields.put("discards", values.mostly(90, () -> values.list(this::id, 1_000)));
        }
      }
      case "release", "discard", "renew" -> {
        if (session != null && values.percent(10)) {
          fields.put("session_id", values.mostly(95, this::session));
        } else {
          fields.put("lease_id", values.mostly(95, this::lease));
        }
      }
      case "sessions" -> fields.put("ttl_seconds", values.percent(90) ? "0." + values.below(10) // as all that it leaks, they end with the test
          : values.oneOf(List.of("-1", "0", "1e400", "\"1\"", "[]")));
      case "list" -> {
        fields.maybe("prefix", () -> values.text(255));
        fields.maybe("after", () -> values.percent(50) ? id() : values.text(255));
        fields.maybe("limit", values::number);
      }
      case "stat", "pin", "unpin" -> fields.put("object_id", values.mostly(95, this::id));
      case "idle" -> fields.put("bytes", values.mostly(95, values::number));
      case "hello" -> {
        fields.maybe("version", values::number);
        fields.maybe("session", () -> "true");
      }
      default -> {
      }
    }
    if (values.percent(20)) {
      fields.put("request_id", values.mostly(90, () -> values.text(255)));
    }
    if (values.percent(5)) {
      fields.put("unknown", values.any());
    }
    return fields.toString();
  }

  private void acquire(Fields fields) {
    String intent = values.oneOf(List.of("create", "create", "create", "read", "read", "write", "read_or_create"));
    fields.put("intent", values.mostly(97, () -> "\"" + intent + "\""));
    if (values.percent(97)) {
      fields.put("object_id", values.percent(90) ? id() : values.mostly(90, () -> oddId()));
    }
    fields.put("ttl_seconds", values.percent(90) ? String.valueOf(1 + values.below(20)) : values.any());
    if (!intent.equals("read") && !intent.equals("write")) {
      if (values.percent(80)) {
        fields.put("sizes", values.percent(80) ? "[" + values.below(MAX_BYTES) + "]"
            : values.mostly(90, () -> values.list(values::number, 128)));
      }
      if (values.percent(60)) {
        fields.put("if_exists", values.mostly(95, () -> "\"replace\""));
      }
      fields.maybe("meta", values::meta);
      fields.maybe("group", () -> values.percent(50) ? "\"" + OWN + "g" + values.below(5) + "\"" : values.text(255));
      fields.maybe("object_ttl_seconds", values::number);
      fields.maybe("expected_bytes", values::number);
      fields.maybe("room", () -> values.percent(50) ? "\"free\"" : "\"evict\"");
    }
    fields.maybe("wait_seconds", () -> values.percent(80) ? "0.01" : values.number());
    fields.maybe("as_of", values::number);
    if (session != null && values.percent(20)) {
      fields.put("session_id", values.mostly(95, this::session));
    }
    fields.maybe("binding", () -> values.percent(50) ? "\"session\"" : "\"detached\"");
  }

  private String oddId() {
    String text = values.text(255 - OWN.length());
    return "\"" + OWN + text.substring(1);
  }

  /** For a message of the Unix socket: the command and its fields; now and then broken as a whole. */
  String message() {
    String command = values.oneOf(COMMANDS);
    String fields = fields(command);
    String message = "{\"command\":\"" + command + "\"" + (fields.isEmpty() ? "" : "," + fields) + "}";
    return values.percent(97) ? message : broken(message);
  }

  String broken(String message) {
    int at = values.below(message.length());
    return switch (values.below(6)) {
      case 0 -> message.substring(0, at);
      case 1 -> message.substring(at);
      case 2 -> message + message.substring(0, at);
      case 3 -> message.toUpperCase(Locale.ROOT);
      case 4 -> message.substring(0, at) + values.any() + message.substring(at);
      default -> "[".repeat(1 + values.below(3_000)) + message;
    };
  }

  /** The fields of a message. */
  private final class Fields {
    private final StringJoiner all = new StringJoiner(",");

    void put(String name, String value) {
      all.add("\"" + name + "\":" + value);
    }

    /** Seldom, and then mostly so. */
    void maybe(String name, Supplier<String> value) {
      if (values.percent(15)) {
        put(name, values.mostly(90, value));
      }
    }

    @Override
    public String toString() {
      return all.toString();
    }
  }
}
