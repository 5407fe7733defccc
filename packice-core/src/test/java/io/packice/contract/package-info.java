/** The contracts as tests: one abstract class per interface, which every implementation passes unchanged. Shipped as a test jar. */
package io.packice.contract;
