/** Settings of mounts: from text to a tree, from a tree to records, with a refusal that names what is wrong and never shows a secret. */
@NullMarked
package io.packice.storage.config;

import org.jspecify.annotations.NullMarked;
