/** Tests of a peer's objects as files. */
package io.packice.storage.peer;
