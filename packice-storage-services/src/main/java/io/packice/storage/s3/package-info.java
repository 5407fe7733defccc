/** Buckets of S3, and of services that speak its protocol. */
@NullMarked
package io.packice.storage.s3;

import org.jspecify.annotations.NullMarked;
