/** Tests of S3. */
package io.packice.storage.s3;
