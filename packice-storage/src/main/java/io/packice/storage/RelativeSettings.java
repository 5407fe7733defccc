package io.packice.storage;

/**
 * Settings of a mount of the type {@code relative}.
 *
 * @param node the place below another mount, such as {@code s3:archive/photos}
 */
record RelativeSettings(String node) {
}
