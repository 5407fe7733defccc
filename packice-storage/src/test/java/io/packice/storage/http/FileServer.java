package io.packice.storage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of files with ranges, tags and index pages, by the JDK's, which can be told to behave badly. */
final class FileServer implements AutoCloseable {
  final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  volatile boolean knowsRanges = true;
  volatile boolean hasTags = true;

  /** Each answer to GET breaks off after so many bytes. */
  volatile int breaksAfter = Integer.MAX_VALUE;

  /** The next so many requests are answered so. */
  final AtomicInteger troubles = new AtomicInteger();
  volatile int trouble = 503;
  volatile String redirect = "";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/files/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/files";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring("/files/".length());
      requests.add(exchange.getRequestMethod() + " " + path + " " + exchange.getRequestHeaders().getFirst("Range"));
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      if (!redirect.isEmpty()) {
        exchange.getResponseHeaders().set("Location", redirect + UrlText.of(path));
        exchange.sendResponseHeaders(302, -1);
      } else if (troubles.getAndDecrement() > 0) {
        exchange.sendResponseHeaders(trouble, -1);
      } else if (path.isEmpty() || path.endsWith("/")) {
        index(exchange, path);
      } else if (files.get(path) == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        file(exchange, files.get(path));
      }
    }
  }

  private void index(HttpExchange exchange, String folder) throws IOException {
    TreeSet<String> children = new TreeSet<>();
    for (String file : files.keySet()) {
      if (file.startsWith(folder)) {
        int slash = file.indexOf('/', folder.length());
        children.add(slash < 0 ? file.substring(folder.length()) : file.substring(folder.length(), slash + 1));
      }
    }
    if (children.isEmpty() && !folder.isEmpty()) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    StringBuilder page = new StringBuilder(
        "<html><a href=\"../\">up</a><a href=\"?sort=size\">size</a><a href='http://elsewhere/x'>x</a>\n");
    children.forEach(
        child -> page.append("<a href=\"").append(UrlText.of(child).replace("&", "&amp;")).append("\">a name</a>\n"));
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    send(exchange, 200, page.toString().getBytes(UTF_8));
  }

  private void file(HttpExchange exchange, byte[] bytes) throws IOException {
    String tag = "\"" + HexFormat.of().toHexDigits(Arrays.hashCode(bytes)) + "-" + bytes.length + "\"";
    if (hasTags) {
      exchange.getResponseHeaders().set("ETag", tag);
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    boolean another = condition != null && !condition.equals(tag);
    if (range == null || !knowsRanges || another) {
      send(exchange, 200, bytes);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to = ends[1].isEmpty() ? bytes.length - 1 : Math.min(bytes.length - 1, Integer.parseInt(ends[1]));
    if (from >= bytes.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
    send(exchange, 206, Arrays.copyOfRange(bytes, from, to + 1));
  }

  private void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes, 0, Math.min(bytes.length, breaksAfter));
    exchange.getResponseBody().flush();
  }

  /** Parts of URLs. */
  private static final class UrlText {
    static String of(String path) {
      Map<Character, String> odd = new TreeMap<>();
      StringBuilder text = new StringBuilder();
      for (byte b : path.getBytes(UTF_8)) {
        char c = (char) (b & 0xff);
        boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~/".indexOf(c) >= 0);
        text.append(plain ? String.valueOf(c) : odd.computeIfAbsent(c, each -> "%%%02X".formatted((int) each)));
      }
      return text.toString();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
