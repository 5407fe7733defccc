/** Files of state: what a person reads there, and what becomes of damage, races and dead processes. */
package io.packice.cluster.state;
