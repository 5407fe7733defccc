package io.packice.storage;

import io.packice.storage.config.MountSettings;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A mount of one configuration: a service, or a place below another mount. */
sealed interface Mount {
  MountSettings settings();

  /** It is no longer a mount; what is open goes on. */
  void retire();

  /**
   * A place below another mount, looked up anew at each use, so that it follows a change of that one.
   *
   * @param settings as configured
   * @param mount the other mount
   * @param path the place
   */
  record Relative(MountSettings settings, String mount, String path) implements Mount {
    @Override
    public void retire() {
      // holds nothing
    }
  }

  /** A service, opened at the first use and closed when it is retired and the last use has ended. */
  final class Opened implements Mount {
    private final MountSettings settings;
    private final Supplier<StorageBackend> opener;
    private @Nullable StorageBackend backend;
    private int uses;
    private boolean retired;

    Opened(MountSettings settings, Supplier<StorageBackend> opener) {
      this.settings = settings;
      this.opener = opener;
    }

    @Override
    public MountSettings settings() {
      return settings;
    }

    /** Holds it open; null if it was retired meanwhile: look the mount up again. */
    synchronized @Nullable Use use() {
      if (retired) {
        return null;
      }
      if (backend == null) {
        backend = opener.get();
      }
      uses++;
      return new Use(this, backend);
    }

    @Override
    public synchronized void retire() {
      retired = true;
      closeIfUnused();
    }

    private synchronized void release() {
      uses--;
      closeIfUnused();
    }

    private void closeIfUnused() {
      StorageBackend open = backend;
      if (retired && uses == 0 && open != null) {
        backend = null;
        open.close();
      }
    }
  }

  /** Holds a service open. Closing twice is harmless. */
  final class Use implements AutoCloseable {
    private final Opened mount;
    private final StorageBackend backend;
    private final AtomicBoolean closed = new AtomicBoolean();

    Use(Opened mount, StorageBackend backend) {
      this.mount = mount;
      this.backend = backend;
    }

    StorageBackend backend() {
      return backend;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        mount.release();
      }
    }
  }
}
