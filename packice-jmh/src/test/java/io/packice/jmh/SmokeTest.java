package io.packice.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark runs once, over little data. */
final class SmokeTest {
  static List<String> benchmarks() {
    return BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()).stream()
        .map(BenchmarkListEntry::getUsername).sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void everyBenchmarkComputesWhatItMust(String benchmark) throws RunnerException {
    Method method = methods(benchmark).findFirst().orElseThrow();
    Against against = method.getAnnotation(Against.class);
    assumeTrue(against == null || against.value().isInstalled(),
        () -> Objects.requireNonNull(against).value().howToInstall());
    Options once = new OptionsBuilder().include("^" + benchmark.replace(".", "\\.") + "$")
        .forks(method.isAnnotationPresent(Fork.class) ? 1 : 0).jvmArgsPrepend(Main.JVM_ARGS.toArray(String[]::new))
        .mode(Mode.SingleShotTime).warmupIterations(0).measurementIterations(1).verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true).param("rows", "1000").param("bytes", "65536")
        .param("listed", "100").param("objects", "100").param("clients", "2").build();
    Rounds round = new Rounds();
    round.run(once, OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT));
    assertThat(round.results()).isNotEmpty().allSatisfy(result -> assertThat(result.rounds()).hasSize(1));
  }

  @Test
  void percentilesStandBesideTheTimeAndAreNoFiguresOfTheirOwn() throws RunnerException {
    Options sampled = new OptionsBuilder().include("^io\\.packice\\.jmh\\.AcquireBenchmark\\.floorPingPong$").forks(0)
        .mode(Mode.SampleTime).warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(50))
        .verbosity(VerboseMode.SILENT).shouldFailOnError(true).param("bytes", "4096").build();
    Rounds round = new Rounds();
    round.run(sampled, OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT));
    assertThat(round.results()).singleElement().satisfies(result -> {
      assertThat(result.name()).isEqualTo("floorPingPong");
      assertThat(result.percentiles()).isNotEmpty();
    });
  }

  @Test
  void everySuiteSaysWhatItClaimsBesideWhatAndHowToRunIt() throws IOException {
    List<String> suites =
        benchmarks().stream().map(name -> name.substring(0, name.lastIndexOf('.'))).distinct().toList();
    assertThat(suites).isNotEmpty().allSatisfy(suite -> {
      String source = Files.readString(Path.of("src/main/java", suite.replace('.', '/') + ".java"));
      String javadoc = source.substring(source.indexOf("/**"), source.indexOf("*/"));
      assertThat(javadoc).containsPattern("Claims?\\b").containsPattern("(?i)floor|rival").contains("./packice bench ");
    });
  }

  @Test
  void everythingIsComparedToOneOfOurs() {
    Stream<Method> methods = benchmarks().stream().flatMap(SmokeTest::methods);
    assertThat(methods).isNotEmpty().allSatisfy(method -> {
      ComparedTo comparedTo = method.getAnnotation(ComparedTo.class);
      assertThat(comparedTo == null).as("%s is ours", method).isEqualTo(method.getName().startsWith("packice"));
      if (comparedTo != null) {
        assertThat(method.getName()).matches("(floor|rival).*");
        assertThat(comparedTo.value()).isNotEmpty().allMatch(ours -> ours.startsWith("packice"))
            .isSubsetOf(namesOfBenchmarks(method.getDeclaringClass()));
      }
    });
  }

  private static Stream<Method> methods(String benchmark) {
    int dot = benchmark.lastIndexOf('.');
    return Arrays.stream(suite(benchmark.substring(0, dot)).getMethods())
        .filter(method -> method.getName().equals(benchmark.substring(dot + 1)));
  }

  private static List<String> namesOfBenchmarks(Class<?> suite) {
    return Arrays.stream(suite.getMethods()).filter(method -> method.isAnnotationPresent(Benchmark.class))
        .map(Method::getName).toList();
  }

  private static Class<?> suite(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
