/** Tests of files of an HTTP server. */
package io.packice.storage.http;
