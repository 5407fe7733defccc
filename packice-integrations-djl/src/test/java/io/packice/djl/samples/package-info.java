/** Tests of the worked example. */
package io.packice.djl.samples;
