/** Tests of files of this host. */
package io.packice.storage.local;
