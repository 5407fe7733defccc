/** Tables in and out of files, by commands. */
package io.packice.cli.tables;
