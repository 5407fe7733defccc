/** Tests of a shared folder from within: peers whose hearts beat by hand, and what they may see of each other. */
package io.packice.backends.sharedfs;
