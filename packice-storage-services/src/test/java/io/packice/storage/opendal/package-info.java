/** Tests of what OpenDAL brings. */
package io.packice.storage.opendal;
