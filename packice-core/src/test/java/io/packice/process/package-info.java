/** Tests in which peers, writers and readers are processes of their own. */
package io.packice.process;
