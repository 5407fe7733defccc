/** The ring: the same for ever, even, and moving no more than it must. */
package io.packice.cluster.ring;
