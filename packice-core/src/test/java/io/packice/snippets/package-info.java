/** The code that the documentation shows. */
package io.packice.snippets;
