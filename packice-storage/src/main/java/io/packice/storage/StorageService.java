package io.packice.storage;

/**
 * A kind of storage, as whoever brings one implements it. Found by {@link java.util.ServiceLoader}, or registered by {@link Storage.Builder#service}. Stateless, safe from
 * any thread.
 *
 * @param <S> its settings: a public record, filled as {@link io.packice.storage.config.SettingsRecord} says; its constructor checks the values
 */
public interface StorageService<S extends Record> {
  /**
   * The word of configurations.
   *
   * @return such as {@code s3}; lower case
   */
  String type();

  /**
   * The settings.
   *
   * @return the class of the record
   */
  Class<S> settings();

  /**
   * Opens the service; called at the first use of a mount.
   *
   * @param settings as configured, checked
   * @param context what else there is
   * @return the opened service, which the caller closes
   * @throws NodeException if it is not there or refuses
   * @throws NoClassDefFoundError if its library is not on the class path; {@link #library} is named then
   */
  StorageBackend open(S settings, OpenContext context);

  /**
   * What must be on the class path.
   *
   * @return Maven coordinates without a version, for messages; empty if it needs nothing
   */
  default String library() {
    return "";
  }
}
