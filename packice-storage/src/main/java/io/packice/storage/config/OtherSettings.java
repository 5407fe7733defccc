package io.packice.storage.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the component of a record of settings, a {@code Map<String, Secret>}, that takes every setting that has no component of its own: for services whose
 * settings somebody else defines.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OtherSettings {
}
