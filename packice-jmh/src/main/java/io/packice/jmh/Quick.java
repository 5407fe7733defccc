package io.packice.jmh;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What of a suite a quick run measures; all of it where this does not stand. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Quick {
  /**
   * Fewer or smaller values of the suite's parameters.
   *
   * @return each as {@code name=value,value}
   */
  String[] value() default {};

  /**
   * Why a quick run leaves the suite out.
   *
   * @return the reason; empty if it does not
   */
  String leftOut() default "";
}
