package io.packice.storage;

import io.packice.storage.config.EnvironmentVariables;
import io.packice.storage.config.MountSettings;
import io.packice.storage.config.SettingsRecord;
import io.packice.storage.config.Spelling;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** The services that are here, by type. Immutable, safe from any thread. */
final class Services {
  static final String RELATIVE = "relative";

  /** Ours that are in another jar. */
  private static final Map<String, String> ELSEWHERE =
      Map.of("s3", "io.packice:packice-storage-services", "opendal", "io.packice:packice-storage-services");

  private final Map<String, StorageService<?>> byType;
  private final EnvironmentVariables environment;
  private final Retry retry;

  /** Those of the class path, and those that were registered, which come first. */
  Services(Map<String, StorageService<?>> registered, EnvironmentVariables environment, Retry retry) {
    Map<String, StorageService<?>> all = new LinkedHashMap<>();
    try {
      for (StorageService<?> service : ServiceLoader.load(StorageService.class,
          StorageService.class.getClassLoader())) {
        all.put(service.type(), service);
      }
    } catch (ServiceConfigurationError e) {
      throw new IllegalStateException(
          "Cannot find storage services: one on the class path does not load; look at the cause", e);
    }
    all.putAll(registered);
    this.byType = Map.copyOf(all);
    this.environment = environment;
    this.retry = retry;
  }

  /** The types that a mount may have. */
  Set<String> types() {
    Set<String> types = new TreeSet<>(byType.keySet());
    types.add(RELATIVE);
    return types;
  }

  /** Checks the settings; the service is opened later. */
  Mount mount(MountSettings settings) {
    if (settings.type().equals(RELATIVE)) {
      return relative(settings);
    }
    StorageService<?> service = byType.get(settings.type());
    if (service == null) {
      String jar = ELSEWHERE.get(settings.type());
      throw new IllegalArgumentException("Cannot configure mount " + settings.name() + ": "
          + (jar == null
              ? "unknown type '" + settings.type() + "'; " + Spelling.advice(settings.type(), types(), "types")
              : "its service is not here; add " + jar));
    }
    return mount(settings, service);
  }

  private <S extends Record> Mount mount(MountSettings settings, StorageService<S> service) {
    S checked = record(service.settings(), settings);
    OpenContext context = new OpenContext(settings.name(), retry);
    return new Mount.Opened(settings, () -> open(service, checked, context));
  }

  private static <S extends Record> StorageBackend open(StorageService<S> service, S settings, OpenContext context) {
    try {
      return service.open(settings, context);
    } catch (NoClassDefFoundError e) {
      throw new UnavailableException(
          "Cannot open the mount " + context.mount() + ": the library of " + service.type() + " is not here; add "
              + service.library(),
          false, e);
    }
  }

  private Mount relative(MountSettings settings) {
    String node = record(RelativeSettings.class, settings).node();
    int colon = node.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "Cannot configure mount " + settings.name() + ": 'node' names no node; write such as s3:archive/photos");
    }
    String mount = node.substring(0, colon);
    return new Mount.Relative(settings, mount, NodePath.checked(node.substring(colon + 1), mount));
  }

  private <S extends Record> S record(Class<S> type, MountSettings settings) {
    return new SettingsRecord<>(type, "mount " + settings.name(), environment).of(settings.settings());
  }
}
