/** What a run found: as JSON, as pictures, as a page, and beside another run. Knows nothing of how it was measured. */
@NullMarked
package io.packice.jmh.report;

import org.jspecify.annotations.NullMarked;
