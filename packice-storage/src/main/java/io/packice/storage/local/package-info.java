/** Files of this host, below a folder that no path and no symbolic link leads out of. */
@NullMarked
package io.packice.storage.local;

import org.jspecify.annotations.NullMarked;
