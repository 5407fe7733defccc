/** A client that sends whatever it likes, beside one that works. */
package io.packice.neighbour;
