/** Tests of settings. */
package io.packice.storage.config;
