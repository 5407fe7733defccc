package io.packice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The layers of the whole project: arrows point down only. */
@AnalyzeClasses(packages = "io.packice", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  private static final String CORE = "io.packice.core..";
  private static final String CLIENT = "io.packice";
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final String[] CORE_MODULE = {CLIENT, CORE, "io.packice.backends..", "io.packice.peers..",
      "io.packice.transport..", "io.packice.internal..", "io.packice.metrics.."};

  @ArchTest static final ArchRule integrationsNeverTouchInternals =
      noClasses().that(not(resideInAnyPackage(CORE_MODULE)))
          .should().dependOnClassesThat().resideInAPackage("io.packice.internal..")
          .because("what is internal may change at any time");

  @ArchTest static final ArchRule integrationsKeepTheirOwnInternals =
      noClasses().that(not(resideInAPackage("io.packice.arrow..")))
          .should().dependOnClassesThat().resideInAPackage("io.packice.arrow.internal..");

  @ArchTest static final ArchRule transportsAdaptPeersNotTheClient =
      noClasses().that().resideInAPackage("io.packice.transport..")
          .should().dependOnClassesThat().resideInAPackage(CLIENT);

  @ArchTest static final ArchRule coreKnowsNothingAboveIt = noClasses().that().resideInAPackage(CORE)
      .should().dependOnClassesThat(resideInAPackage("io.packice..").and(not(resideInAPackage(CORE))));

  @ArchTest static final ArchRule coreDoesNoInputOrOutput = noClasses().that().resideInAPackage(CORE)
      .should().dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..",
          "org.newsclub..").or(
              com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith("File")
                  .and(resideInAPackage("java.io"))));

  @ArchTest static final ArchRule backendsKnowNoPeerAndNoTransport =
      noClasses().that().resideInAPackage("io.packice.backends..")
          .should().dependOnClassesThat().resideInAnyPackage("io.packice.peers..", "io.packice.transport..", CLIENT);

  @ArchTest static final ArchRule peersKnowNoTransport = noClasses().that().resideInAPackage("io.packice.peers..")
      .should().dependOnClassesThat().resideInAnyPackage("io.packice.transport..", CLIENT);

  @ArchTest static final ArchRule arrowKnowsNoIntegrationAboveIt = noClasses().that()
      .resideInAPackage("io.packice.arrow..")
      .should().dependOnClassesThat().resideInAnyPackage("io.packice.djl..", "io.packice.spark..", "io.packice.cli..");

  @ArchTest static final ArchRule storageKnowsNothingAboveIt =
      noClasses().that().resideInAPackage("io.packice.storage..")
          .should().dependOnClassesThat()
          .resideInAnyPackage("io.packice.arrow..", "io.packice.djl..", "io.packice.spark..", "io.packice.cli..");

  @ArchTest static final ArchRule nodesKnowNoService =
      noClasses().that().resideInAnyPackage("io.packice.storage", "io.packice.storage.config")
          .should().dependOnClassesThat(resideInAPackage("io.packice.storage..")
              .and(not(resideInAnyPackage("io.packice.storage", "io.packice.storage.config"))));

  @ArchTest static final ArchRule frameworksDoNotKnowEachOther = slices().matching("io.packice.(djl|spark)..")
      .should().notDependOnEachOther();

  @ArchTest static final ArchRule whatIsNativeStandsInOnePlace = noClasses().that()
      .resideInAnyPackage(CORE_MODULE).and().resideOutsideOfPackage("io.packice.internal.os..")
      .should().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.Linker");

  @ArchTest static final ArchRule nothingDependsOnTheCommandLine =
      noClasses().that().resideOutsideOfPackage("io.packice.cli..")
          .should().dependOnClassesThat().resideInAPackage("io.packice.cli..");

  @ArchTest static final ArchRule noPackageDependsOnItselfThroughOthers =
      slices().matching("io.packice.(**)").should().beFreeOfCycles();

  @ArchTest static final ArchRule whatCommandsAreBuiltOfKnowsNoCommand =
      noClasses().that().resideInAPackage("io.packice.cli.command..")
          .should().dependOnClassesThat(
              resideInAPackage("io.packice.cli..").and(not(resideInAPackage("io.packice.cli.command.."))));

  @ArchTest static final ArchRule onlyMainIsPublicAboveTheCommands = classes().that().resideInAPackage("io.packice.cli")
      .and().doNotHaveSimpleName("Main").should().notBePublic();

  @ArchTest
  static void everyPackageSaysThatNothingIsNull(JavaClasses all) {
    assertThat(all.getPackage("io.packice").getSubpackagesInTree()).filteredOn(p -> !p.getClasses().isEmpty())
        .isNotEmpty().allSatisfy(p -> assertThat(nullMarked(p)).as(p.getName()).isTrue());
  }

  @ArchTest
  static void everyPackageOfTestsSaysWhatItIsFor(JavaClasses ignored) throws IOException {
    Set<Path> packages = new HashSet<>();
    List<Path> sources = modules().stream().map(module -> module.resolve("src/test/java")).toList();
    for (Path tests : sources.stream().filter(Files::exists).toList()) {
      try (Stream<Path> files = Files.walk(tests)) {
        files.filter(file -> file.toString().endsWith(".java")).map(Path::getParent).forEach(packages::add);
      }
    }
    assertThat(packages).hasSizeGreaterThan(20)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> files = Files.list(PROJECT)) {
      return files.filter(file -> Files.exists(file.resolve("pom.xml"))).toList();
    }
  }

  /** The picture shows what is there. */
  @ArchTest
  static void theArchitecturePageNamesEachModuleAndEachPackageOfTheCore(JavaClasses all) throws IOException {
    String page = Files.readString(PROJECT.resolve("docs/architecture.md"));
    Set<String> words = new HashSet<>(List.of(page.split("[^\\w-]+")));
    assertThat(modules()).hasSizeGreaterThan(5).extracting(path -> path.getFileName().toString()).isSubsetOf(words);
    assertThat(all.getPackage(CLIENT).getSubpackagesInTree()).filteredOn(LayersTest::inCore)
        .map(JavaPackage::getRelativeName).hasSizeGreaterThan(5).isSubsetOf(words);
  }

  private static boolean inCore(JavaPackage javaPackage) {
    return javaPackage.getClasses().stream().anyMatch(resideInAnyPackage(CORE_MODULE));
  }

  private static boolean nullMarked(JavaPackage javaPackage) {
    return javaPackage.tryGetPackageInfo().map(info -> info.isAnnotatedWith(NullMarked.class)).orElse(false);
  }
}
