package io.packice.internal.os;

/**
 * Which file it is and when it was last changed: another stamp means that its bytes may be others. Writing, truncating, renaming and changing
 * modes all give a file another one.
 *
 * @param inode its number on its file system
 * @param byteSize its length
 * @param changedSeconds since 1970, when the file or what is known of it was last changed (ctime), which no program can set
 * @param changedNanos the rest
 */
public record FileStamp(long inode, long byteSize, long changedSeconds, int changedNanos) {
}
