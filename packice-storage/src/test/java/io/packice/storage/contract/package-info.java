/** What every storage service keeps to; shipped for services of others. */
package io.packice.storage.contract;
