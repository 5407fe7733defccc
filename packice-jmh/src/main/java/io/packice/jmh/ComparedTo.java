package io.packice.jmh;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which method of its suite a floor or a rival stands beside: a report gives the ratio of the two. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ComparedTo {
  /**
   * What is compared with.
   *
   * @return the name of a method of the same class
   */
  String value();
}
