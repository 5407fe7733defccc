package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** All tests of this module read and write Parquet where there is no Hadoop. This one makes sure that there is none. */
class HadoopFreeTest {
  @Test
  void thereIsNoClassOfHadoopInTheClassPath() throws Exception {
    String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    assertThat(path).contains("parquet-hadoop");
    for (String entry : path.split(File.pathSeparator, -1)) {
      if (entry.endsWith(".jar")) {
        try (JarFile jar = new JarFile(Path.of(entry).toFile())) {
          assertThat(jar.stream().map(file -> file.getName())).as(entry)
              .noneMatch(name -> name.startsWith("org/apache/hadoop/"));
        }
      }
    }
    assertThat(getClass().getClassLoader().getResource("org/apache/hadoop/conf/Configuration.class")).isNull();
  }
}
