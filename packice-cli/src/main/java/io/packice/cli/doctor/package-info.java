/**
 * {@code packice doctor}: what of the host, the JVM and the network would keep a peer from its work. {@link io.packice.cli.doctor.DoctorCommand} is where it starts.
 */
@NullMarked
package io.packice.cli.doctor;

import org.jspecify.annotations.NullMarked;
