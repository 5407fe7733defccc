/** Tests of arrays over lent memory. */
package io.packice.djl.tensor;
