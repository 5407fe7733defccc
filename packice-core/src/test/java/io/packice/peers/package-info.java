/** Tests of the peers: the contracts, each with its own store, and what only that one does. */
package io.packice.peers;
