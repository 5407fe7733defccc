/**
 * What all commands are built of: {@link io.packice.cli.command.BaseCommand} and {@link io.packice.cli.command.ClientCommand}, the console, failures in one
 * line, numbers and times as people write them, and files that appear whole. It knows no command.
 */
@NullMarked
package io.packice.cli.command;

import org.jspecify.annotations.NullMarked;
