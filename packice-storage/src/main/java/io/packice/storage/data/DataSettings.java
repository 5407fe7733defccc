package io.packice.storage.data;

/** Settings of a mount of the type {@code data}: there are none. */
public record DataSettings() {
}
