/** What all commands are built of. */
package io.packice.cli.command;
