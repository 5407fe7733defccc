package io.packice.storage;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the bytes of a file are, by the service, the name or the first bytes. */
final class MediaTypes {
  static final String UNKNOWN = "application/octet-stream";

  private static final int HEAD = 16;

  private static final Map<String,
      String> BY_SUFFIX = Map.ofEntries(Map.entry(".parquet", "application/vnd.apache.parquet"),
          Map.entry(".arrow", "application/vnd.apache.arrow.file"),
          Map.entry(".arrows", "application/vnd.apache.arrow.stream"), Map.entry(".csv", "text/csv"),
          Map.entry(".tsv", "text/tab-separated-values"),
          Map.entry(".json", "application/json"), Map.entry(".jsonl", "application/jsonl"),
          Map.entry(".ndjson", "application/x-ndjson"),
          Map.entry(".txt", "text/plain"), Map.entry(".md", "text/markdown"), Map.entry(".html", "text/html"),
          Map.entry(".xml", "application/xml"),
          Map.entry(".yaml", "application/yaml"), Map.entry(".yml", "application/yaml"),
          Map.entry(".gz", "application/gzip"),
          Map.entry(".zip", "application/zip"), Map.entry(".tar", "application/x-tar"),
          Map.entry(".zst", "application/zstd"),
          Map.entry(".png", "image/png"), Map.entry(".jpg", "image/jpeg"), Map.entry(".jpeg", "image/jpeg"),
          Map.entry(".gif", "image/gif"),
          Map.entry(".webp", "image/webp"), Map.entry(".pdf", "application/pdf"), Map.entry(".wav", "audio/wav"),
          Map.entry(".mp4", "video/mp4"),
          Map.entry(".safetensors", "application/vnd.safetensors"));

  /** By the first bytes, in hexadecimal digits. */
  private static final Map<String, String> BY_CONTENT = new LinkedHashMap<>();

  static {
    BY_CONTENT.put("50415231", "application/vnd.apache.parquet");
    BY_CONTENT.put("4152524f5731", "application/vnd.apache.arrow.file");
    BY_CONTENT.put("89504e470d0a1a0a", "image/png");
    BY_CONTENT.put("ffd8ff", "image/jpeg");
    BY_CONTENT.put("47494638", "image/gif");
    BY_CONTENT.put("25504446", "application/pdf");
    BY_CONTENT.put("504b0304", "application/zip");
    BY_CONTENT.put("1f8b", "application/gzip");
    BY_CONTENT.put("28b52ffd", "application/zstd");
  }

  private MediaTypes() {
  }

  static String of(StorageNode node) {
    NodeInfo info = node.info();
    String told = info.details().mediaType();
    if (told != null && !told.endsWith("/octet-stream")) {
      return told;
    }
    String byName = ofName(node.suffix());
    return byName != null ? byName : ofContent(node, info);
  }

  static @Nullable String ofName(String suffix) {
    return BY_SUFFIX.get(suffix.toLowerCase(Locale.ROOT));
  }

  private static String ofContent(StorageNode node, NodeInfo info) {
    if (info.isFolder() || !node.capabilities().has(Capability.RANGE)) {
      return UNKNOWN;
    }
    byte[] head = new byte[(int) Math.min(HEAD, info.size())];
    node.read(0, MemorySegment.ofArray(head));
    String digits = HexFormat.of().formatHex(head);
    return BY_CONTENT.entrySet().stream().filter(each -> digits.startsWith(each.getKey())).map(Map.Entry::getValue)
        .findFirst().orElse(UNKNOWN);
  }
}
