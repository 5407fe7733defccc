package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.Extent;
import io.packice.core.Intent;
import io.packice.core.LeaseId;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.internal.os.Descriptor;
import io.packice.transport.plain.PlainServer;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server over HTTP that knows the commands about leases alone, and says by {@code handles} which files the bytes are in: so it serves this host, or one that shares
 * its file system. Safe from any thread.
 */
final class PlainHttp implements PlainServer {
  private final HttpCommands commands;

  PlainHttp(HttpCommands commands) {
    this.commands = commands;
  }

  /** Whether what answers there speaks the protocol: it has something to say about a lease that nobody has. */
  boolean speaks() {
    try {
      return commands.once(Request.renew(List.of(LeaseId.random()), false)).hasStatus();
    } catch (PeerUnavailableException otherwise) {
      return false;
    }
  }

  @Override
  public String address() {
    return commands.peer().toString();
  }

  @Override
  public Answer ask(Request<?> request) {
    Response response = commands.once(request);
    try {
      return new Answer(response, response.refusal() == null ? opened(request, response.handles()) : List.of(), false);
    } catch (PackiceException cannotOpen) {
      giveBack(response.leaseId(), cannotOpen);
      throw cannotOpen;
    }
  }

  private void giveBack(@Nullable String lease, PackiceException because) {
    try {
      if (lease != null) {
        Response _ = commands.once(Request.of(Command.RELEASE, new LeaseId(lease)));
      }
    } catch (PackiceException alsoFailed) {
      because.addSuppressed(alsoFailed);
    }
  }

  private List<Descriptor> opened(Request<?> request, @Nullable List<String> handles) {
    if (!(request.what() instanceof AcquireRequest acquire)) {
      return List.of();
    }
    if (handles == null) {
      throw new PeerUnavailableException("Cannot acquire an object from " + commands.peer()
          + ": it does not say which files its bytes are in; have it share its paths with this host");
    }
    Extent.Access access = acquire.intent() == Intent.CREATE ? Extent.Access.READ_WRITE : Extent.Access.READ_ONLY;
    List<Descriptor> opened = new ArrayList<>();
    try {
      for (String handle : handles) {
        opened.add(Descriptor.open(path(handle), access));
      }
      return opened;
    } catch (PackiceException failure) {
      opened.forEach(Descriptor::close);
      throw failure;
    }
  }

  private Path path(String handle) {
    try {
      Path path = Path.of(handle);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException noPath) {
      // as is one that is not absolute
    }
    throw new PeerUnavailableException("Cannot open what " + commands.peer()
        + " says of an object's bytes: a handle is no absolute path; see whether it is a Packice peer");
  }

  @Override
  public void close() {
    commands.close();
  }
}
