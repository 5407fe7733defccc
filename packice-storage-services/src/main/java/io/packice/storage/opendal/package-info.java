/** The long tail of services, by Apache OpenDAL. */
@NullMarked
package io.packice.storage.opendal;

import org.jspecify.annotations.NullMarked;
