/** Peers that run, as processes, and their settings. */
package io.packice.cli.serve;
