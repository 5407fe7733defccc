package io.packice.storage.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mount as it was configured: one schema for code, YAML and JSON. Immutable, safe from any thread; {@link #toString} has no settings, for they may be secret.
 *
 * @param name by which nodes name it: a letter, then letters, digits, {@code -}, {@code _} or {@code .}
 * @param type the type of its service, such as {@code local}
 * @param permissions what may be done through it
 * @param settings the service's own settings by name
 */
public record MountSettings(String name, String type, Permissions permissions, Map<String, Object> settings) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final List<String> OURS = List.of("name", "type", "permissions");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name is none
   */
  public MountSettings {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Cannot configure a mount of this name: a letter must come first, then letters, digits, '-', '_' or '.', at most 64; choose another one");
    }
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Reads a configuration: a list of mounts, or a map whose {@code mounts} is one.
   *
   * @param tree what a parser of YAML or JSON made
   * @return the mounts in their order
   * @throws IllegalArgumentException if it is no list of mounts, a name or type is missing, or a name is given twice
   */
  public static List<MountSettings> listOf(Object tree) {
    Object list =
        tree instanceof Map<?, ?> map && map.size() == 1 && map.get("mounts") != null ? map.get("mounts") : tree;
    if (!(list instanceof List<?> items)) {
      throw new IllegalArgumentException(
          "Cannot configure mounts: there is no list of them; write such as [{name: data, type: local, path: /data}]");
    }
    List<MountSettings> mounts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object item : items) {
      MountSettings mount = one(item, mounts.size() + 1);
      if (!names.add(mount.name)) {
        throw new IllegalArgumentException(
            "Cannot configure mounts: the name " + mount.name + " is given twice; give each mount its own");
      }
      mounts.add(mount);
    }
    return mounts;
  }

  private static MountSettings one(@Nullable Object item, int number) {
    if (!(item instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          "Cannot configure mount " + number + ": it is no map; write such as {name: data, type: local, path: /data}");
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    map.forEach((key, value) -> settings.put(String.valueOf(key), value));
    String name = text(settings, "name", "mount " + number);
    String type = text(settings, "type", "mount " + name);
    Object permissions = settings.getOrDefault("permissions", Permissions.FULL.toString());
    OURS.forEach(settings.keySet()::remove);
    return new MountSettings(name, type, Permissions.of(String.valueOf(permissions), name), settings);
  }

  private static String text(Map<String, Object> settings, String key, String what) {
    Object value = settings.get(key);
    if (value instanceof Map || value instanceof List || value == null || String.valueOf(value).isBlank()) {
      String near = Spelling.nearest(key, settings.keySet());
      throw new IllegalArgumentException("Cannot configure " + what + ": '" + key + "' is missing; "
          + (near == null || near.equals(key) ? "add it" : "did you mean it by '" + near + "'?"));
    }
    return String.valueOf(value);
  }

  /** Its name and type, never its settings. */
  @Override
  public String toString() {
    return name + " (" + type + ", " + permissions + ")";
  }
}
