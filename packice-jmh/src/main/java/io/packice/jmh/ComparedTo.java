package io.packice.jmh;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which methods of its suite a floor or a rival stands beside: a report gives the ratios. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ComparedTo {
  /**
   * What is compared with.
   *
   * @return the names of methods of the same class; the first one is what the summary shows
   */
  String[] value();
}
