@org.jspecify.annotations.NullMarked
package io.packice.cli;
