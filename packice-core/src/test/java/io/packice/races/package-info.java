/** Races whose every ending is listed as allowed; any other fails the test. */
package io.packice.races;
