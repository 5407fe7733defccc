/**
 * What the columns of a table can be: their types, names, tensors and dictionary encodings. {@link io.packice.arrow.schema.EncodedSchema} is a schema in all its
 * forms; what cannot be, or cannot be held, is {@link io.packice.arrow.schema.Damage}, and {@link io.packice.arrow.schema.DamageWords} says it to people. For users are
 * {@link io.packice.arrow.schema.TensorField} and {@link io.packice.arrow.schema.UuidField}.
 */
@NullMarked
package io.packice.arrow.schema;

import org.jspecify.annotations.NullMarked;
