/** Tests of leases in memory. */
package io.packice.backends.memory;
