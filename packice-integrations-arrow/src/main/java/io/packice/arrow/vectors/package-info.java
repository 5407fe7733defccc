/**
 * What is done with the values of Arrow vectors, whoever made them: rows are copied ({@link io.packice.arrow.vectors.RowCopier}), indices are checked and decoded
 * ({@link io.packice.arrow.vectors.Decoder}), members of unions are found ({@link io.packice.arrow.vectors.UnionMembers}).
 */
@NullMarked
package io.packice.arrow.vectors;

import org.jspecify.annotations.NullMarked;
