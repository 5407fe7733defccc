package io.packice.storage.http;

import io.packice.storage.AbsentException;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.OpenContext;
import io.packice.storage.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is in the folders of a server, by its index pages or by a manifest. Neither says sizes: each file is asked for its own. */
final class HttpListing {
  private static final int MOST = 64 << 20;
  private static final Pattern LINK =
      Pattern.compile("<a\\s[^>]*?href\\s*=\\s*[\"']([^\"'#?]+)[\"']", Pattern.CASE_INSENSITIVE);

  private final HttpSettings settings;
  private final Requests requests;
  private final OpenContext context;

  HttpListing(HttpSettings settings, Requests requests, OpenContext context) {
    this.settings = settings;
    this.requests = requests;
    this.context = context;
  }

  boolean isFolder(String path) {
    if (!settings.lists()) {
      return false;
    }
    try {
      if (settings.manifest() != null) {
        return manifest().stream().anyMatch(file -> file.startsWith(path + "/"));
      }
      HttpURLConnection head = requests.send("HEAD", path + "/", Map.of());
      return isPage(head) && isFolderAddress(head);
    } catch (AbsentException | DeniedException e) {
      return false;
    }
  }

  private static boolean isPage(HttpURLConnection answer) {
    return String.valueOf(answer.getContentType()).startsWith("text/html");
  }

  private static boolean isFolderAddress(HttpURLConnection answer) {
    return answer.getURL().getPath().endsWith("/");
  }

  NodePage list(String folder) {
    Map<String, Boolean> children = settings.manifest() != null ? ofManifest(folder) : ofIndex(folder);
    List<NodeInfo> infos = new ArrayList<>();
    children.forEach((name, isFolder) -> {
      String path = folder.isEmpty() ? name : folder + "/" + name;
      if (isFolder) {
        infos.add(NodeInfo.folder(path));
      } else {
        sized(path, infos);
      }
    });
    return new NodePage(infos, null);
  }

  private void sized(String path, List<NodeInfo> infos) {
    try {
      HttpURLConnection head = requests.send("HEAD", path, Map.of());
      NodeInfo info = HttpBackend.info(path, head, head.getContentLengthLong());
      infos.add(new NodeInfo(path, false, info.size(), info.modified(), info.tag(), NodeDetails.NONE));
    } catch (AbsentException gone) {
      // between the listing and now
    }
  }

  /** The children by name; true for folders. */
  private Map<String, Boolean> ofManifest(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    Map<String, Boolean> children = new TreeMap<>();
    for (String file : manifest()) {
      if (file.startsWith(prefix)) {
        int slash = file.indexOf('/', prefix.length());
        children.put(file.substring(prefix.length(), slash < 0 ? file.length() : slash), slash >= 0);
      }
    }
    if (children.isEmpty() && !folder.isEmpty()) {
      throw new AbsentException(
          "Cannot list " + context.name(folder) + ": the manifest has no such folder; look at it");
    }
    return children;
  }

  private Set<String> manifest() {
    Set<String> files = new TreeSet<>();
    text(String.valueOf(settings.manifest())).lines().map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#") && isSafe(line))
        .forEach(files::add);
    return files;
  }

  private static boolean isSafe(String path) {
    return !path.startsWith("/") && !path.endsWith("/") && !("/" + path + "/").matches(".*/\\.{0,2}/.*")
        && path.indexOf('\0') < 0;
  }

  private Map<String, Boolean> ofIndex(String folder) {
    String path = folder.isEmpty() ? "" : folder + "/";
    URI base = requests.address(path);
    Map<String, Boolean> children = new TreeMap<>();
    Matcher links = LINK.matcher(text(path));
    while (links.find()) {
      String name = below(base, links.group(1).replace("&amp;", "&"));
      boolean isFolder = name.endsWith("/");
      String plain = isFolder ? name.substring(0, name.length() - 1) : name;
      if (isSafe(plain) && !plain.isEmpty() && plain.indexOf('/') < 0) {
        children.put(plain, isFolder);
      }
    }
    return children;
  }

  /** What a link names directly below a folder; empty if it leads elsewhere. */
  private static String below(URI base, String link) {
    try {
      String to = base.resolve(link).toString();
      return to.startsWith(base.toString())
          ? String.valueOf(URI.create("x:/" + to.substring(base.toString().length())).getPath()).substring(1) : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private String text(String path) {
    HttpURLConnection connection = requests.send("GET", path, Map.of());
    try (InputStream in = connection.getInputStream()) {
      byte[] bytes = in.readNBytes(MOST + 1);
      if (bytes.length > MOST) {
        throw new UnavailableException("Cannot list " + context.name(path) + ": its listing has more than " + MOST
            + " bytes; list a smaller folder", false, null);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw requests.unreachable(path, e);
    }
  }
}
