/** Tests of mounts, nodes and copies. */
package io.packice.storage;
