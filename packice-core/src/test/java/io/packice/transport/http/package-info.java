/** Tests of the HTTP transport. */
package io.packice.transport.http;
