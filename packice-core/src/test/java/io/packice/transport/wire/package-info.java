/** Tests of messages as they travel. */
package io.packice.transport.wire;
