/** What the documents show of mounts. */
package io.packice.storage.snippets;
