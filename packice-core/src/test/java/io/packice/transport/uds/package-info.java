/** Tests of the Unix-socket transport. */
package io.packice.transport.uds;
