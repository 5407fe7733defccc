/** The {@code packice} command: one class per subcommand, {@link io.packice.cli.Main} is where it starts. */
@NullMarked
package io.packice.cli;

import org.jspecify.annotations.NullMarked;
