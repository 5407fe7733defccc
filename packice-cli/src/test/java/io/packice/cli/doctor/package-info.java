/** What doctor finds. */
package io.packice.cli.doctor;
