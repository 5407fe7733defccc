/** A service of somebody else, who sees what is public. */
package io.packice.elsewhere;
