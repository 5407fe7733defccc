/** That every benchmark runs, and computes what it must. */
package io.packice.jmh;
