package io.packice.transport.wire;

import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How what a command asks for looks in a message, on both ends.
 *
 * @param <Q> what it asks for
 */
interface Fields<Q> {
  /** Writes the fields, those that say nothing left out. */
  void write(FieldWriter to, Q what);

  /** Begins to read those of one message. */
  Reading<Q> reading();

  /** Takes the fields of a message, in whichever order they come; one that it does not know is skipped. */
  interface Reading<Q> extends FieldReader.Fields {
    /**
     * What they say together.
     *
     * @param request what else the message says
     * @throws InvalidRequestException if one has no meaning, or one is missing
     */
    Q done(Envelope request);
  }

  /** What any message says besides. */
  record Envelope(String command, @Nullable String session) {
    InvalidRequestException lacks(String field, String advice) {
      return new InvalidRequestException("Cannot " + command + " without " + field + "; " + advice);
    }
  }

  /** Of commands that say nothing. */
  Fields<Request.Nothing> NONE = new Fields<>() {
    @Override
    public void write(FieldWriter to, Request.Nothing what) {
      // nothing
    }

    @Override
    public Reading<Request.Nothing> reading() {
      return new Reading<>() {
        @Override
        public void read(String field, FieldReader value) {
          value.skip();
        }

        @Override
        public Request.Nothing done(Envelope request) {
          return Request.Nothing.NOTHING;
        }
      };
    }
  };

  /** Of hello, on any transport. */
  Fields<Request.Hello> HELLO = new Fields<>() {
    @Override
    public void write(FieldWriter to, Request.Hello what) {
      to.whole("version", what.version()).flag("session", what.session()).number("ttl_seconds",
          Wire.wholeSeconds(what.ttl()));
    }

    @Override
    public Reading<Request.Hello> reading() {
      return new Reading<>() {
        private @Nullable Integer version;
        private boolean session;
        private @Nullable Duration ttl;

        @Override
        public void read(String field, FieldReader value) {
          switch (field) {
            case "version" -> version = value.integer();
            case "session" -> session = Boolean.TRUE.equals(value.flag());
            case "ttl_seconds" -> ttl = value.seconds();
            default -> value.skip();
          }
        }

        @Override
        public Request.Hello done(Envelope request) {
          return new Request.Hello(Objects.requireNonNullElse(version, Wire.VERSION), session, ttl);
        }
      };
    }
  };

  /** Of what concerns one lease or several, or where there are such, the session of the message. */
  Fields<List<LeaseId>> LEASES = new Fields<>() {
    @Override
    public void write(FieldWriter to, List<LeaseId> what) {
      writeLeases(to, what);
    }

    @Override
    public Reading<List<LeaseId>> reading() {
      return new LeasesReading();
    }
  };

  private static void writeLeases(FieldWriter to, List<LeaseId> leases) {
    if (leases.size() == 1) {
      to.text("lease_id", leases.getFirst().value());
    } else {
      to.texts("lease_ids", leases.stream().map(LeaseId::value).toList());
    }
  }

  /** Reads leases. */
  final class LeasesReading implements Reading<List<LeaseId>> {
    private @Nullable String lease;
    private @Nullable List<String> leases;

    @Override
    public void read(String field, FieldReader value) {
      switch (field) {
        case "lease_id" -> lease = value.name();
        case "lease_ids" -> leases = value.list(FieldReader::requiredName);
        default -> value.skip();
      }
    }

    boolean isList() {
      return leases != null;
    }

    @Override
    public List<LeaseId> done(Envelope request) {
      if (leases != null) {
        return leases.stream().map(LeaseId::new).toList();
      }
      if (lease == null && request.session() == null) {
        throw request.lacks("a lease_id", "give the one that acquire answered");
      }
      return lease == null ? List.of() : List.of(new LeaseId(lease));
    }
  }

  /** Of a renewal. */
  Fields<Request.Renewal> RENEWAL = new Fields<>() {
    @Override
    public void write(FieldWriter to, Request.Renewal what) {
      if (what.isList()) {
        to.texts("lease_ids", what.leases().stream().map(LeaseId::value).toList());
      } else if (!what.leases().isEmpty()) {
        writeLeases(to, what.leases());
      }
    }

    @Override
    public Reading<Request.Renewal> reading() {
      return new Reading<>() {
        private final LeasesReading leases = new LeasesReading();

        @Override
        public void read(String field, FieldReader value) {
          leases.read(field, value);
        }

        @Override
        public Request.Renewal done(Envelope request) {
          return new Request.Renewal(leases.done(request), leases.isList());
        }
      };
    }
  };

  /** Of a seal. */
  Fields<Request.Seal> SEAL = new Fields<>() {
    @Override
    public void write(FieldWriter to, Request.Seal what) {
      writeLeases(to, what.leases());
      to.texts("discards",
          what.discards().isEmpty() ? null : what.discards().stream().map(ObjectId::value).toList());
    }

    @Override
    public Reading<Request.Seal> reading() {
      return new Reading<>() {
        private final LeasesReading leases = new LeasesReading();
        private List<String> discards = List.of();

        @Override
        public void read(String field, FieldReader value) {
          if (field.equals("discards")) {
            discards = Objects.requireNonNullElse(value.list(FieldReader::requiredText), List.of());
          } else {
            leases.read(field, value);
          }
        }

        @Override
        public Request.Seal done(Envelope request) {
          return new Request.Seal(leases.done(request), discards.stream().map(ObjectId::new).toList());
        }
      };
    }
  };

  /** Of what concerns one object. */
  Fields<ObjectId> OBJECT = new Fields<>() {
    @Override
    public void write(FieldWriter to, ObjectId what) {
      to.text("object_id", what.value());
    }

    @Override
    public Reading<ObjectId> reading() {
      return new Reading<>() {
        private @Nullable String object;

        @Override
        public void read(String field, FieldReader value) {
          if (field.equals("object_id")) {
            object = value.text();
          } else {
            value.skip();
          }
        }

        @Override
        public ObjectId done(Envelope request) {
          if (object == null) {
            throw request.lacks("an object_id", "name the object");
          }
          return new ObjectId(object);
        }
      };
    }
  };

  /** Of a page of a listing. */
  Fields<Request.Page> PAGE = new Fields<>() {
    @Override
    public void write(FieldWriter to, Request.Page what) {
      to.text("prefix", what.prefix()).text("after", what.after() == null ? null : what.after().value())
          .whole("limit", (long) what.limit());
    }

    @Override
    public Reading<Request.Page> reading() {
      return new Reading<>() {
        private @Nullable String prefix;
        private @Nullable String after;
        private @Nullable Integer limit;

        @Override
        public void read(String field, FieldReader value) {
          switch (field) {
            case "prefix" -> prefix = value.text();
            case "after" -> after = value.text();
            case "limit" -> limit = value.integer();
            default -> value.skip();
          }
        }

        @Override
        public Request.Page done(Envelope request) {
          return new Request.Page(Objects.requireNonNullElse(prefix, ""), after == null ? null : new ObjectId(after),
              Objects.requireNonNullElse(limit, ObjectPage.MAX_LIMIT));
        }
      };
    }
  };

  /** Of a part of the list of sessions. */
  Fields<Request.Slice> SLICE = new SliceFields(false);

  /** Of a part of the list of what is idle. */
  Fields<Request.Slice> IDLE = new SliceFields(true);

  /** Of a part of a list. */
  record SliceFields(boolean hasBytes) implements Fields<Request.Slice> {
    @Override
    public void write(FieldWriter to, Request.Slice what) {
      to.whole("bytes", hasBytes ? (Long) what.bytes() : null)
          .whole("skip", what.skip() == 0 ? null : (Long) what.skip()).whole("limit", (long) what.limit());
    }

    @Override
    public Reading<Request.Slice> reading() {
      return new Reading<>() {
        private @Nullable Long bytes;
        private @Nullable Long skip;
        private @Nullable Integer limit;

        @Override
        public void read(String field, FieldReader value) {
          switch (field) {
            case "bytes" -> bytes = value.whole();
            case "skip" -> skip = value.whole();
            case "limit" -> limit = value.integer();
            default -> value.skip();
          }
        }

        @Override
        public Request.Slice done(Envelope request) {
          if (hasBytes && bytes == null) {
            throw request.lacks("bytes", "say how many");
          }
          return new Request.Slice(Objects.requireNonNullElse(bytes, 0L), Objects.requireNonNullElse(skip, 0L),
              Objects.requireNonNullElse(limit, ObjectPage.MAX_LIMIT));
        }
      };
    }
  }
}
