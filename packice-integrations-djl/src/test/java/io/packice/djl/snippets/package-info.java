/** The code that documents show. */
package io.packice.djl.snippets;
