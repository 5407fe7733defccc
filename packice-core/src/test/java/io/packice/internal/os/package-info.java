/** Tests of what the kernel does for us. */
package io.packice.internal.os;
