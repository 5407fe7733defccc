package io.packice.transport.uds;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Caller;
import io.packice.core.ErrorCode;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.InvalidRequestException;
import io.packice.core.PackiceException;
import io.packice.core.Session;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client on the server's side: reads requests, one after the other, and answers each. A lease is bound to the connection only if the
 * client said so in its hello, or to the connection whose session this one shares; the leases of others outlive it until their TTL.
 */
final class Connection implements Runnable, AutoCloseable, InFlight.Holder {
  private final Channel channel;
  private final Caller caller;
  private final SharedSession.Registry sessions;
  private final HangUps hangUps;
  /** Its own, or another connection's that it shares; changed by hello, on the connection's own thread. */
  private volatile SharedSession shared;
  private volatile boolean isOwner = true;
  private Binding binding = Binding.DETACHED; // changed by hello, on the connection's own thread
  private boolean isKnown; // changed by hello, on the connection's own thread: one of ours, or one that reads as ours do
  private int bufferBytes; // of the connection's own thread: what the next request takes that is not whole yet

  Connection(Channel channel, Session session, Caller caller, SharedSession.Registry sessions, HangUps hangUps) {
    this.channel = channel;
    this.shared = new SharedSession(session, caller);
    this.caller = caller;
    channel.onBuffer(bytes -> {
      bufferBytes = bytes;
      InFlight.OF_PROCESS.hold(this, bytes);
    });
    this.sessions = sessions;
    this.hangUps = hangUps;
  }

  private Session session() {
    return shared.session;
  }

  @Override
  public void run() {
    try {
      for (byte[] message = channel.read(); message != null; message = channel.read()) {
        answer(message);
      }
    } catch (MessageReader.BadFrameException e) {
      sendLast(Response.error(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      Log.connectionLost(e); // the client is gone, in the middle of something or not
    } catch (RuntimeException | Error e) { // such as no memory for the message: its client is told, and nobody else hears of it
      Log.unexpected(e);
      sendLast(Response.error(ErrorCode.UNAVAILABLE, "Cannot answer: the peer failed unexpectedly, see its log"));
    } finally {
      close();
      InFlight.OF_PROCESS.hold(this, 0);
    }
  }

  /** What cannot be done, or answered, is that request's trouble alone: nothing of an answer is sent before all of it is there. */
  private void answer(byte[] message) throws IOException {
    Command<?> command = null;
    Response response;
    try {
      Request<?> request = Wire.request(message);
      command = request.command();
      if (request.what() instanceof AcquireRequest acquire) {
        acquire(acquire);
      } else {
        send(Wire.encode(handle(request)), null);
      }
      return;
    } catch (PackiceException e) {
      response = refused(command, e.code(), e);
    } catch (IllegalArgumentException e) {
      response = refused(command, ErrorCode.INVALID_REQUEST, e);
    } catch (IllegalStateException e) {
      response = refused(command, ErrorCode.UNAVAILABLE, e);
    } catch (RuntimeException e) {
      Log.unexpected(e);
      response = Response.error(ErrorCode.UNAVAILABLE, "Cannot answer: the peer failed unexpectedly, see its log");
    }
    send(encoded(response), null);
  }

  private byte[] encoded(Response response) {
    return isKnown ? Wire.encode(response) : Wire.encodePlain(response);
  }

  /** Waits until the client has read so much that the socket takes the rest. */
  private void send(byte[] answer, @Nullable Integer fd) throws IOException {
    boolean isLong = answer.length > InFlight.SHORT_BYTES;
    if (isLong) {
      InFlight.OF_PROCESS.hold(this, (long) bufferBytes + answer.length);
    }
    try {
      channel.write(answer, fd);
    } finally {
      if (isLong) {
        InFlight.OF_PROCESS.hold(this, bufferBytes);
      }
    }
  }

  @Override
  public void cut(long bytes) {
    Log.cut(caller, bytes);
    close();
  }

  private Response refused(@Nullable Command<?> command, ErrorCode code, RuntimeException why) {
    Log.refused(caller, command == null ? null : command.name(), code, why.getMessage());
    return Response.error(code, String.valueOf(why.getMessage()));
  }

  private void acquire(AcquireRequest request) throws IOException {
    Grant grant = granted(binding == Binding.SESSION ? request : request.withBinding(binding));
    boolean isSent = false;
    try (Extent extent = grant.extent()) {
      byte[] answer = encoded(Response.granted(grant.lease()));
      send(answer, grant.lease().object().blobs().isEmpty() ? null : extent.fd());
      isSent = true;
    } finally {
      if (!isSent) {
        session().release(grant.lease().id()); // nobody has heard of the lease
      }
    }
  }

  private Grant granted(AcquireRequest request) {
    if (request.patience().isZero()) {
      return session().acquire(request);
    }
    try {
      hangUps.watch(this);
      return session().acquire(request);
    } finally {
      hangUps.leave(this);
    }
  }

  /** Whether the client is gone. From any thread. */
  boolean isHungUp() {
    return channel.isHungUp();
  }

  private <Q> Response handle(Request<Q> request) {
    if (request.what() instanceof Request.Hello hello) {
      return hello(hello, request.session());
    }
    return request.command() == Command.SEAL ? shared.carryOut(() -> request.command().run(session(), request.what()))
        : request.command().run(session(), request.what());
  }

  private Response hello(Request.Hello hello, @Nullable String id) {
    boolean bound = hello.wantsSession();
    isKnown = true;
    if (!bound) {
      binding = Binding.DETACHED;
      return Response.hello(null);
    }
    if (id != null) {
      join(id);
    } else if (isOwner) {
      sessions.add(shared);
    }
    binding = Binding.SESSION;
    return Response.hello(shared.id);
  }

  private void join(String id) {
    if (!isOwner || binding == Binding.SESSION) {
      throw new InvalidRequestException("Cannot share a session: this connection has one; use a new connection");
    }
    SharedSession other = sessions.find(id, caller);
    other.join(this);
    SharedSession own = shared;
    isOwner = false; // first: whoever closes this connection meanwhile must not end the other's session
    shared = other;
    own.end();
  }

  private void sendLast(Response response) {
    try {
      send(Wire.encode(response), null);
    } catch (IOException e) {
      Log.connectionLost(e);
    }
  }

  /** Ends the connection and the leases that it binds; also wakes the thread that reads from it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      Log.connectionLost(e);
    } finally {
      leaveSession();
    }
  }

  private void leaveSession() {
    if (isOwner) {
      sessions.remove(shared);
      shared.end();
    } else {
      shared.leave(this);
    }
  }
}
