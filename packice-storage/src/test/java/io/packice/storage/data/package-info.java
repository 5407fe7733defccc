/** Tests of names that are bytes. */
package io.packice.storage.data;
