/**
 * A record batch as it is stored, in a table's part or in somebody else's Arrow file: {@link io.packice.arrow.batch.IpcMessages} finds it and
 * {@link io.packice.arrow.batch.BatchCheck} looks whether it can be read, both trusting nothing; {@link io.packice.arrow.batch.StoredBatch} is what was found, in a
 * {@link io.packice.arrow.batch.SharedMapping}. {@link io.packice.arrow.batch.PartFile} lays a new one out. Not for users.
 */
@NullMarked
package io.packice.arrow.batch;

import org.jspecify.annotations.NullMarked;
