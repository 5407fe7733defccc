package io.packice.storage;

import io.packice.storage.config.ConfigText;
import io.packice.storage.config.EnvironmentVariables;
import io.packice.storage.config.MountSettings;
import io.packice.storage.config.Permissions;
import io.packice.storage.config.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Mounts by name. Each lies on a storage service, which is opened when it is first used; where a mount lies is a matter of configuration alone. Mounts can be added,
 * replaced and removed while they are in use: what is open goes on, what comes next sees the new ones. Safe from any thread; whoever builds one closes it.
 */
public final class Storage implements AutoCloseable {
  private final Services services;
  private final Retry retry;
  private final Object change = new Object();

  /** Replaced as a whole, so that a look-up needs no lock; null when closed. */
  private volatile @Nullable Map<String, Mount> mounts = Map.of();

  private Storage(Builder builder) {
    this.retry = new Retry(builder.policy, builder.pause, () -> ThreadLocalRandom.current().nextDouble());
    this.services = new Services(builder.services, builder.environment, retry);
    configure(builder.mounts.sequencedValues());
  }

  /**
   * Begins one.
   *
   * @return a builder without mounts
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Configures a {@link Storage}. For one thread at a time. */
  public static final class Builder {
    private final SequencedMap<String, MountSettings> mounts = new LinkedHashMap<>();
    private final Map<String, StorageService<?>> services = new LinkedHashMap<>();
    private EnvironmentVariables environment = EnvironmentVariables.SYSTEM;
    private RetryPolicy policy = RetryPolicy.DEFAULT;
    private Retry.Pause pause = Thread::sleep;

    private Builder() {
    }

    /**
     * Adds mounts; one whose name is there replaces it.
     *
     * @param more as configured
     * @return this
     */
    public Builder mounts(Collection<MountSettings> more) {
      more.forEach(mount -> {
        mounts.remove(mount.name());
        mounts.put(mount.name(), mount);
      });
      return this;
    }

    /**
     * Adds a mount with all permissions.
     *
     * @param name by which nodes name it
     * @param type the type of its service
     * @param settings the service's settings by name; a {@link io.packice.storage.config.Secret} where they are secret
     * @return this
     * @throws IllegalArgumentException if the name is none
     */
    public Builder mount(String name, String type, Map<String, ?> settings) {
      return mount(name, type, Permissions.FULL, settings);
    }

    /**
     * Adds a mount.
     *
     * @param name by which nodes name it
     * @param type the type of its service
     * @param permissions what may be done through it
     * @param settings the service's settings by name
     * @return this
     * @throws IllegalArgumentException if the name is none
     */
    public Builder mount(String name, String type, Permissions permissions, Map<String, ?> settings) {
      return mounts(List.of(new MountSettings(name, type, permissions, new LinkedHashMap<>(settings))));
    }

    /**
     * Adds the mounts that JSON says.
     *
     * @param text the JSON
     * @return this
     * @throws IllegalArgumentException if it does not say mounts
     */
    public Builder json(String text) {
      return mounts(ConfigText.json(text));
    }

    /**
     * Adds the mounts that YAML says.
     *
     * @param text the YAML
     * @return this
     * @throws IllegalArgumentException if it does not say mounts, or no parser of YAML is on the class path
     */
    public Builder yaml(String text) {
      return mounts(ConfigText.yaml(text));
    }

    /**
     * Adds the mounts of a file.
     *
     * @param file JSON if its name ends so, else YAML
     * @return this
     * @throws IllegalArgumentException if it cannot be read, or does not say mounts
     */
    public Builder file(Path file) {
      return mounts(ConfigText.file(file));
    }

    /**
     * Registers a service, in place of one of its type on the class path.
     *
     * @param service the service
     * @return this
     */
    public Builder service(StorageService<?> service) {
      services.put(service.type(), service);
      return this;
    }

    /**
     * How often to try again what may pass.
     *
     * @param retries {@link RetryPolicy#DEFAULT} if not said
     * @return this
     */
    public Builder retries(RetryPolicy retries) {
      policy = Objects.requireNonNull(retries, "retries");
      return this;
    }

    /**
     * Where secrets of the environment come from.
     *
     * @param variables those of the process if not said
     * @return this
     */
    public Builder environment(EnvironmentVariables variables) {
      environment = Objects.requireNonNull(variables, "variables");
      return this;
    }

    /** How to wait. */
    Builder pause(Retry.Pause how) {
      pause = how;
      return this;
    }

    /**
     * Checks everything; opens nothing.
     *
     * @return the storage, which the caller closes
     * @throws IllegalArgumentException if a type or a setting is unknown, missing or wrong, or a relative mount leads nowhere
     */
    public Storage build() {
      return new Storage(this);
    }
  }

  /**
   * Takes a further configuration: mounts of the same name are replaced, others added. All of it or, if something is wrong, nothing.
   *
   * @param more as configured
   * @throws IllegalArgumentException as for {@link Builder#build}
   */
  public void configure(Collection<MountSettings> more) {
    List<Mount> replaced = new ArrayList<>();
    synchronized (change) {
      Map<String, Mount> all = new LinkedHashMap<>(current());
      for (MountSettings settings : more) {
        Mount before = all.put(settings.name(), services.mount(settings));
        if (before != null) {
          replaced.add(before);
        }
      }
      checkRelative(all);
      mounts = all;
    }
    replaced.forEach(Mount::retire);
  }

  /**
   * Removes a mount; what is open through it goes on.
   *
   * @param name its name
   * @return whether there was one
   * @throws IllegalArgumentException if a relative mount lies on it
   */
  public boolean unmount(String name) {
    Mount removed;
    synchronized (change) {
      Map<String, Mount> all = new LinkedHashMap<>(current());
      removed = all.remove(name);
      checkRelative(all);
      mounts = all;
    }
    if (removed != null) {
      removed.retire();
    }
    return removed != null;
  }

  private static void checkRelative(Map<String, Mount> all) {
    for (Mount mount : all.values()) {
      Set<String> way = new LinkedHashSet<>();
      for (Mount at = mount; at instanceof Mount.Relative relative; at = all.get(relative.mount())) {
        if (!way.add(relative.settings().name())) {
          throw new IllegalArgumentException(
              "Cannot configure mount " + mount.settings().name() + ": it leads back to itself by "
                  + String.join(", ", way) + "; let one of them lie elsewhere");
        }
        if (!all.containsKey(relative.mount())) {
          throw new IllegalArgumentException(
              "Cannot configure mount " + relative.settings().name() + ": it lies on the mount " + relative.mount()
                  + ", which is not there; " + Spelling.advice(relative.mount(), all.keySet(), "mounts"));
        }
      }
    }
  }

  private Map<String, Mount> current() {
    Map<String, Mount> now = mounts;
    if (now == null) {
      throw new IllegalStateException("Cannot use the storage: it is closed; build another one");
    }
    return now;
  }

  /**
   * The mounts that there are.
   *
   * @return their settings in the order of the configuration
   */
  public List<MountSettings> mounts() {
    return current().values().stream().map(Mount::settings).toList();
  }

  /**
   * Whether there is one.
   *
   * @param name its name
   * @return true if nodes may name it
   */
  public boolean hasMount(String name) {
    return current().containsKey(name);
  }

  /**
   * The mounts through which something can be done; opens those that were not.
   *
   * @param capability what
   * @return their names
   * @throws UnavailableException if a service cannot be opened
   */
  public List<String> mountsWith(Capability capability) {
    return current().keySet().stream().filter(name -> capabilities(name).has(capability)).toList();
  }

  /**
   * What can be done through a mount: what its service can, less what its permissions forbid.
   *
   * @param mount its name
   * @return the capabilities
   * @throws AbsentException if there is no such mount
   * @throws UnavailableException if its service cannot be opened
   */
  public Capabilities capabilities(String mount) {
    try (Place place = place(mount)) {
      return place.capabilities();
    }
  }

  /**
   * The types of services that a mount may have here.
   *
   * @return their words in order
   */
  public Set<String> types() {
    return services.types();
  }

  /**
   * A node by its full name; nothing is asked of the service.
   *
   * @param name such as {@code s3:train/part-0.parquet}; {@code s3:} is the mount's root
   * @return the node
   * @throws AbsentException if there is no such mount
   * @throws DeniedException if the path leads out of the mount
   * @throws IllegalArgumentException if the name has no mount
   */
  public StorageNode node(String name) {
    int colon = name.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "Cannot name a node by this text: it has no mount; write such as s3:train/part-0.parquet");
    }
    return node(name.substring(0, colon), name.substring(colon + 1));
  }

  /**
   * A node by its mount and the parts of its path.
   *
   * @param mount the mount's name
   * @param first the first part, which may have slashes; empty for the root
   * @param more the further parts
   * @return the node
   * @throws AbsentException if there is no such mount
   * @throws DeniedException if the path leads out of the mount
   */
  public StorageNode node(String mount, String first, String... more) {
    String name = requireMount(mount).settings().name(); // one text for all nodes of a mount
    String path = more.length == 0 ? first : first + "/" + String.join("/", more);
    return new StorageNode(this, name, NodePath.checked(path, mount));
  }

  private Mount requireMount(String name) {
    Map<String, Mount> all = current();
    Mount mount = all.get(name);
    if (mount == null) {
      throw new AbsentException("Cannot find the mount " + name + ": there is none of this name; "
          + (all.isEmpty() ? "configure it" : Spelling.advice(name, all.keySet(), "mounts")));
    }
    return mount;
  }

  Retry retry() {
    return retry;
  }

  /** Where a mount's root is, held open; the caller closes it. */
  Place place(String mount) {
    while (true) {
      Place place = tryPlace(mount);
      if (place != null) {
        return place;
      }
    }
  }

  private @Nullable Place tryPlace(String name) {
    Mount mount = requireMount(name);
    Permissions permissions = mount.settings().permissions();
    String root = "";
    while (mount instanceof Mount.Relative relative) {
      root = NodePath.join(relative.path(), root);
      mount = requireMount(relative.mount());
      Permissions below = mount.settings().permissions();
      permissions = below.compareTo(permissions) < 0 ? below : permissions;
    }
    Mount.Use use = ((Mount.Opened) mount).use();
    return use == null ? null : new Place(use, root, permissions);
  }

  /** Ends all mounts; what is open goes on until it is closed. Closing twice is harmless. */
  @Override
  public void close() {
    Map<String, Mount> all;
    synchronized (change) {
      all = mounts;
      mounts = null;
    }
    if (all != null) {
      all.values().forEach(Mount::retire);
    }
  }
}
