package io.packice.jmh;

/** What the JVM of a Chronicle Map must be told, as its makers say for Java 21 and later. */
final class Chronicle {
  static final String EXPORT_REF = "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED";
  static final String EXPORT_CHANNELS = "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED";
  static final String EXPORT_UNSAFE = "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED";
  static final String EXPORT_COMPILER = "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED";
  static final String OPEN_COMPILER = "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED";
  static final String OPEN_CHANNELS = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";
  static final String OPEN_LANG = "--add-opens=java.base/java.lang=ALL-UNNAMED";
  static final String OPEN_REFLECT = "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED";
  static final String OPEN_IO = "--add-opens=java.base/java.io=ALL-UNNAMED";
  static final String OPEN_UTIL = "--add-opens=java.base/java.util=ALL-UNNAMED";
  static final String NO_ANALYTICS = "-Dchronicle.analytics.disable=true";

  private Chronicle() {
  }
}
