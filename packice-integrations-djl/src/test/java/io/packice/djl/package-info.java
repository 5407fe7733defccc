/** Tests of the DJL integration. */
package io.packice.djl;
