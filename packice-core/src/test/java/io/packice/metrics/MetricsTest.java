package io.packice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.NotFoundException;
import io.packice.core.Peer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.tiered.TieredPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told, read back as strictly as its format is specified. */
final class MetricsTest {
  private static final Pattern HELP = Pattern.compile("# HELP ([a-z_]+) \\S.*");
  private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z_]+) (counter|gauge|histogram)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-z_]+)(\\{([a-z_]+=\"[^\"\\\\\\n]*\"(?:,[a-z_]+=\"[^\"\\\\\\n]*\")*)\\})? ([0-9.E+-]+|NaN|[+]Inf)");

  /** All samples by name and labels; fails if the text is not of the format, version 0.0.4. */
  private static Map<String, Double> parse(String text) {
    assertThat(text).endsWith("\n");
    Map<String, Double> samples = new LinkedHashMap<>();
    Map<String, String> types = new LinkedHashMap<>();
    String helped = "";
    String family = "";
    for (String line : text.lines().toList()) {
      Matcher help = HELP.matcher(line);
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (help.matches()) {
        helped = help.group(1);
      } else if (type.matches()) {
        family = type.group(1);
        assertThat(family).as("help comes before").isEqualTo(helped);
        assertThat(types.put(family, type.group(2))).as("once: " + family).isNull();
      } else {
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).as(line).matches(family + "(_bucket|_sum|_count|_total)?");
        String key = sample.group(1) + (sample.group(3) == null ? "" : "{" + sample.group(3) + "}");
        assertThat(samples.put(key, Double.valueOf(sample.group(4).replace("+Inf", "Infinity")))).as(key).isNull();
      }
    }
    requireHistograms(samples, types);
    return samples;
  }

  private static void requireHistograms(Map<String, Double> samples, Map<String, String> types) {
    types.forEach((family, type) -> {
      if (type.equals("histogram")) {
        double before = 0;
        for (Map.Entry<String, Double> sample : samples.entrySet()) {
          if (sample.getKey().startsWith(family + "_bucket{")) {
            assertThat(sample.getValue()).as(sample.getKey()).isGreaterThanOrEqualTo(before);
            before = sample.getValue();
            if (sample.getKey().contains("le=\"+Inf\"")) {
              String count = sample.getKey().replace("_bucket{", "_count{").replace(",le=\"+Inf\"", "");
              assertThat(samples.get(count)).as(count).isEqualTo(sample.getValue());
              before = 0;
            }
          }
        }
      }
    });
  }

  private static void use(PackiceClient client) {
    try (ObjectWriter writer = client.create("x", 5000)) {
      writer.seal();
    }
    client.get("x").close();
    assertThatThrownBy(() -> client.get("none")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aScrapeSaysWhatHappenedOverAllTransports(@TempDir Path folder) throws IOException {
    try (MeteredPeer peer = MeteredPeer.of(MemoryPeer.create(1 << 20));
        UdsServer uds = UdsServer.open(peer, folder.resolve("p.sock"));
        HttpServer http = HttpServer.open(peer,
            HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        PackiceClient client = Packice.connect(uds.socket());
        PackiceClient overHttp = Packice.connect(http.address().toString())) {
      assertThat(MeteredPeer.of(peer)).isSameAs(peer);
      use(client);
      try (LeasedObject _ = overHttp.get("x")) {
        LeakCheck.eventually(() -> { // a request is counted when it is over, which its client may know before the server
          Map<String, Double> samples = scrape(http);
          assertThat(samples).containsEntry("packice_bytes{state=\"live\",tier=\"all\"}", 8192.0)
              .containsEntry("packice_bytes{state=\"free\",tier=\"all\"}", (1 << 20) - 8192.0)
              .containsEntry("packice_capacity_bytes{tier=\"all\"}", (double) (1 << 20))
              .containsEntry("packice_leased_bytes{tier=\"all\"}", 8192.0).containsEntry("packice_leases", 1.0)
              .containsEntry("packice_sessions", 3.0).containsEntry("packice_http_sessions", 1.0)
              .containsEntry("packice_hits_total", 2.0)
              .containsEntry("packice_misses_total", 1.0).containsEntry("packice_objects{tier=\"all\"}", 1.0)
              .containsEntry("packice_operations_seconds_count{operation=\"acquire_read\",outcome=\"ok\"}", 2.0)
              .containsEntry("packice_operations_seconds_count{operation=\"acquire_read\",outcome=\"not_found\"}", 1.0)
              .containsEntry("packice_operations_seconds_count{operation=\"seal\",outcome=\"ok\"}", 1.0)
              .containsEntry("packice_http_transfers{direction=\"in\"}", 0.0)
              .containsEntry("packice_http_transfers{direction=\"out\"}", 0.0)
              .containsEntry("packice_http_cut_off_total{reason=\"slow_head\"}", 0.0);
          assertThat(samples.get("packice_http_connections")).isGreaterThanOrEqualTo(2);
          assertThat(samples.get("packice_http_accepted_total")).isEqualTo(samples.get("packice_http_connections"));
          assertThat(samples).containsEntry("packice_http_requests_total{route=\"POST /acquire\",status=\"200\"}", 1.0);
          assertThat(samples).containsKey("packice_http_requests_total{route=\"GET /metrics\",status=\"200\"}");
          assertThat(samples.get("packice_http_sent_bytes_total")).isGreaterThan(5000);
          assertThat(samples.get("packice_descriptors")).isGreaterThan(3);
        });
      }
    }
    LeakCheck.assertNothingHeld();
  }

  private static Map<String, Double> scrape(HttpServer http) throws IOException {
    try (InputStream in = http.address().resolve("/metrics").toURL().openStream()) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyMetricIsDocumentedAndEveryDocumentedOneIsThere() throws IOException {
    Set<String> documented = new TreeSet<>();
    Matcher rows =
        Pattern.compile("(?m)^\\| `([a-z_]+)` \\|").matcher(Files.readString(Path.of("..", "docs", "metrics.md")));
    while (rows.find()) {
      documented.add(rows.group(1));
    }
    Peer both = TieredPeer.over(MemoryPeer.create(1 << 20), MemoryPeer.create(1 << 21));
    try (MeteredPeer peer = MeteredPeer.of(both);
        HttpServer http = HttpServer.open(peer,
            HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        PackiceClient client = Packice.connect(http.address().toString())) {
      use(client);
      Map<String, Double> samples = parse(peer.scrape());
      Set<String> there = new TreeSet<>();
      samples.keySet().forEach(
          key -> there.add(key.replaceAll("\\{.*", "").replaceAll("_seconds_(bucket|sum|count)$", "_seconds")));
      assertThat(there).isEqualTo(documented);
      assertThat(samples).containsEntry("packice_bytes{state=\"live\",tier=\"hot\"}", 8192.0)
          .containsKey("packice_bytes{state=\"live\",tier=\"cold\"}");
    }
    LeakCheck.assertNothingHeld();
  }
}
