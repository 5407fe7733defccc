package io.packice.transport.http;

import io.packice.core.LeaseId;
import io.packice.core.Printable;
import io.packice.metrics.HttpMeters;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;

/**
 * Counts every request, and logs it if anybody wants to know: one event with named values, those that Jetty refuses by itself included. What is secret
 * is not in it: no header, no body, no query, and of a lease the beginning of its id.
 */
final class AccessLog implements RequestLog {
  /** Under which attribute a request has the name of its route, for those that got so far. */
  static final String ROUTE = "io.packice.route";

  private static final System.Logger LOGGER = System.getLogger("io.packice.http.access");
  private static final String LEASES = "/leases/";
  private static final int LONGEST_PATH = 1_000;

  private final Level level;
  private final HttpMeters meters;

  AccessLog(boolean isWanted, HttpMeters meters) {
    this.level = isWanted ? Level.INFO : Level.DEBUG;
    this.meters = meters;
  }

  @Override
  public void log(Request request, Response response) {
    meters.answered(request.getAttribute(ROUTE) instanceof String route ? route : RouteTable.NONE,
        response.getStatus());
    if (LOGGER.isLoggable(level)) {
      LOGGER.log(level, "HTTP request {0}", values(request, response));
    }
  }

  private static Map<String, Object> values(Request request, Response response) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("remote", Request.getRemoteAddr(request) + ":" + Request.getRemotePort(request));
    values.put("method", request.getMethod());
    values.put("path", shown(String.valueOf(request.getHttpURI().getPath())));
    values.put("status", response.getStatus());
    values.put("received_bytes", Request.getContentBytesRead(request));
    values.put("sent_bytes", Response.getContentBytesWritten(response));
    values.put("seconds", Math.round((System.nanoTime() - request.getBeginNanoTime()) / 1e3) / 1e6);
    return values;
  }

  /** A path without the secret of a lease's URL. */
  static String shown(String path) {
    String printable = Printable.escaped(path); // Jetty leaves bytes beyond ASCII as they are
    String shown = printable;
    if (printable.startsWith(LEASES)) {
      String rest = printable.substring(LEASES.length());
      int end = rest.indexOf('/');
      shown = LEASES + new LeaseId(end < 0 ? rest : rest.substring(0, end)) + (end < 0 ? "" : rest.substring(end));
    }
    return shown.length() <= LONGEST_PATH ? shown : shown.substring(0, LONGEST_PATH) + "…";
  }
}
