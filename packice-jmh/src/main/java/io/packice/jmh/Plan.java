package io.packice.jmh;

import io.packice.jmh.rivals.Store;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a run is to do: suites with their parameters, and what was left out of it, with the reasons. */
final class Plan {
  /** A new process, and what a suite prepares in it. */
  private static final double START_SECONDS = 1.2;

  /** What a run that has little time should have, in this order: what Packice is for. The others follow by name. */
  private static final List<String> FIRST =
      List.of("AcquireBenchmark", "ReadBenchmark", "PutBenchmark", "WeightsBenchmark", "DatasetBenchmark",
          "TableScanBenchmark", "TableWriteBenchmark");

  private static final int QUICK_WARMUPS = 2;
  private static final int QUICK_ITERATIONS = 3;
  private static final TimeValue QUICK_TIME = TimeValue.milliseconds(250);

  private final boolean isQuick;
  private final Map<String, String> params;
  private final List<Suite> suites = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Map<String, String> settings = new TreeMap<>();

  /**
   * A suite as it is to run.
   *
   * @param name of its class, without the package
   * @param options for JMH
   * @param benchmarks methods times choices of parameters
   * @param estimate what one round of it should take
   */
  record Suite(String name, Options options, int benchmarks, Duration estimate) {
  }

  /** Of the suites whose names contain one of the parts, or of the benchmarks of such names if no suite has one; of all without parts. */
  Plan(List<String> parts, Map<String, String> params, boolean isQuick) {
    this.isQuick = isQuick;
    this.params = params;
    Map<String, List<BenchmarkListEntry>> byClass = new LinkedHashMap<>();
    Set<BenchmarkListEntry> all = BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of());
    all.stream().filter(entry -> parts.isEmpty() || parts.stream().anyMatch(part -> isMeant(entry, part, all))).sorted()
        .forEach(entry -> byClass.computeIfAbsent(entry.getUserClassQName(), _ -> new ArrayList<>()).add(entry));
    byClass.forEach((className, entries) -> add(classOf(className), entries, !parts.isEmpty()));
    suites.sort(Comparator.comparingInt((Suite suite) -> rank(suite.name())).thenComparing(Suite::name));
  }

  private static int rank(String suite) {
    int place = FIRST.indexOf(suite);
    return place < 0 ? FIRST.size() : place;
  }

  private static boolean isMeant(BenchmarkListEntry entry, String part, Collection<BenchmarkListEntry> all) {
    return all.stream().anyMatch(any -> suite(any).contains(part))
        ? suite(entry).contains(part)
        : (suite(entry) + entry.getUsername().substring(entry.getUserClassQName().length())).contains(part);
  }

  private static String suite(BenchmarkListEntry entry) {
    return entry.getUserClassQName().substring(entry.getUserClassQName().lastIndexOf('.') + 1);
  }

  List<Suite> suites() {
    return suites;
  }

  /** One sentence for each. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Of the rivals, by name. */
  Map<String, String> settings() {
    return settings;
  }

  private void add(Class<?> suite, List<BenchmarkListEntry> all, boolean isAskedFor) {
    Quick quick = suite.getAnnotation(Quick.class);
    if (isQuick && !isAskedFor && quick != null && !quick.leftOut().isEmpty()) {
      leftOut.add(suite.getSimpleName() + ": " + quick.leftOut());
      return;
    }
    List<BenchmarkListEntry> entries =
        all.stream().filter(entry -> canRun(method(suite, entry.getUsername()))).toList();
    if (entries.isEmpty()) {
      return;
    }
    Map<String, String[]> chosen = new TreeMap<>();
    if (isQuick && quick != null) {
      Arrays.stream(quick.value()).map(each -> each.split("=", 2))
          .forEach(each -> chosen.put(each[0], each[1].split(",", -1)));
    }
    params.forEach((name, value) -> chosen.put(name, value.split(",", -1)));
    int benchmarks = 0;
    double seconds = 0;
    for (BenchmarkListEntry entry : entries) {
      Map<String, String[]> own = new TreeMap<>(entry.getParams().orElse(Map.of()));
      own.replaceAll((name, values) -> chosen.getOrDefault(name, values));
      int choices = own.values().stream().mapToInt(values -> values.length).reduce(1, (a, b) -> a * b);
      benchmarks += choices;
      seconds += choices * (START_SECONDS + seconds(entry));
    }
    suites.add(new Suite(suite.getSimpleName(), options(entries, chosen), benchmarks,
        Duration.ofMillis((long) (1000 * seconds))));
  }

  private Options options(List<BenchmarkListEntry> entries, Map<String, String[]> chosen) {
    ChainedOptionsBuilder options = new OptionsBuilder().forks(1).jvmArgsPrepend(Main.JVM_ARGS.toArray(String[]::new));
    new TreeSet<>(entries.stream().map(BenchmarkListEntry::getUsername).toList())
        .forEach(name -> options.include("^" + name.replace(".", "\\.") + "$"));
    chosen.forEach(options::param);
    if (isQuick) {
      options.warmupIterations(QUICK_WARMUPS).warmupTime(QUICK_TIME).measurementIterations(QUICK_ITERATIONS)
          .measurementTime(QUICK_TIME);
    }
    return options.build();
  }

  private double seconds(BenchmarkListEntry entry) {
    if (isQuick) {
      return (QUICK_WARMUPS + QUICK_ITERATIONS) * QUICK_TIME.convertTo(TimeUnit.MILLISECONDS)
          / 1000.0;
    }
    TimeValue second = TimeValue.seconds(1);
    return entry.getWarmupIterations().orElse(1) * seconds(entry.getWarmupTime().orElse(second))
        + entry.getMeasurementIterations().orElse(1) * seconds(entry.getMeasurementTime().orElse(second));
  }

  private static double seconds(TimeValue time) {
    return time.convertTo(TimeUnit.MILLISECONDS) / 1000.0;
  }

  private boolean canRun(Method method) {
    Against against = method.getAnnotation(Against.class);
    if (against == null) {
      return true;
    }
    Store store = against.value();
    if (!store.isInstalled()) {
      leftOut.add(method.getDeclaringClass().getSimpleName() + "." + method.getName() + ": " + store.howToInstall());
      return false;
    }
    settings.put(store.toString(), store.settings());
    return true;
  }

  private static Class<?> classOf(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot find the suite " + name + "; build it again", e);
    }
  }

  private static Method method(Class<?> suite, String benchmark) {
    String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    return Stream.of(suite.getMethods()).filter(method -> method.getName().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalStateException("Cannot find the benchmark " + benchmark + "; build it again"));
  }
}
