/** Tests of objects in files: names, manifests, what a start makes of what it finds. */
package io.packice.backends.file;
