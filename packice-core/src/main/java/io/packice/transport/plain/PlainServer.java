package io.packice.transport.plain;

import io.packice.internal.os.Descriptor;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.util.List;

/** A server that knows no hello, as a transport reaches it: each request stands alone. Safe from any thread. */
public interface PlainServer {
  /**
   * What came back.
   *
   * @param response the message, a refusal or not
   * @param descriptors what came with it, in order; whoever asked closes them
   * @param hasLost whether this process had no room for one of them
   */
  record Answer(Response response, List<Descriptor> descriptors, boolean hasLost) {
    /** Copies the list. */
    public Answer {
      descriptors = List.copyOf(descriptors);
    }
  }

  /**
   * Asks once, and waits for the answer.
   *
   * @param request what is asked
   * @return the answer; the caller closes its descriptors
   * @throws io.packice.core.InvalidRequestException if the server could not read so long a request
   * @throws io.packice.core.PeerUnavailableException if nobody answers, or with what is no message
   */
  Answer ask(Request<?> request);

  /**
   * Where it is, for messages.
   *
   * @return such as the path of its socket
   */
  String address();

  /** Frees what the transport holds. No lease ends. */
  void close();
}
