/** Commands about objects, against a peer. */
package io.packice.cli.objects;
