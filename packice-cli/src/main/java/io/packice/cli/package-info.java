/** The {@code packice} command: {@link io.packice.cli.Main} is where it starts; its subcommands are in the packages below, by what they are about. */
@NullMarked
package io.packice.cli;

import org.jspecify.annotations.NullMarked;
