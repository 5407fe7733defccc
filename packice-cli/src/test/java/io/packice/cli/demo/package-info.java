/** The demo, whole. */
package io.packice.cli.demo;
