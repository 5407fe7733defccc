/** What other modules add to a peer that is served over HTTP, seen from outside. */
package io.packice.served;
