/** {@code packice demo} and the processes that it starts. {@link io.packice.cli.demo.DemoCommand} is where it starts. */
@NullMarked
package io.packice.cli.demo;

import org.jspecify.annotations.NullMarked;
