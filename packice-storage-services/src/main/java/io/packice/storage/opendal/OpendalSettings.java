package io.packice.storage.opendal;

import io.packice.storage.config.OtherSettings;
import io.packice.storage.config.Secret;
import java.util.Map;

/**
 * Settings of a mount of the type {@code opendal}.
 *
 * @param scheme which of OpenDAL's services, such as {@code webdav}
 * @param options that service's own settings, by OpenDAL's names, such as {@code endpoint} and {@code root}; all are taken for secrets
 */
public record OpendalSettings(String scheme, @OtherSettings Map<String, Secret> options) {
  /** Copies the map. */
  public OpendalSettings {
    options = Map.copyOf(options);
  }
}
