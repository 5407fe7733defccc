package io.packice.jmh;

import io.packice.jmh.rivals.Store;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Whom a rival's method measures: left out where that one is not installed, and a report states its settings. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Against {
  /**
   * The rival.
   *
   * @return which
   */
  Store value();
}
