package io.packice.storage.config;

import org.jspecify.annotations.Nullable;

/** Where secrets of the environment are looked up: the process's own, or a test's. Safe from any thread. */
@FunctionalInterface
public interface EnvironmentVariables {
  /** Those of this process. */
  EnvironmentVariables SYSTEM = System::getenv;

  /**
   * One of them.
   *
   * @param name its name
   * @return its value; null if it is not set
   */
  @Nullable
  String get(String name);
}
