/** Documents that say what the code says. */
package io.packice.storage.documents;
