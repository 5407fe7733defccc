/** Tests of what people do with files of storage services. */
package io.packice.cli.mounts;
