/** Tests of shared model weights. */
package io.packice.djl.weights;
