/** Tests of the peer over two others. */
package io.packice.peers.tiered;
