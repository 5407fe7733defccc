/**
 * A peer over two others: objects are made in a small, fast one and sink into a large, slow one when they are not used.
 *
 * <p>Entry point: {@link io.packice.peers.tiered.TieredPeer}, whose documentation has the rules. Behind it, from the top:
 *
 * <pre>
 *   TieredSession      a client's session: one session with each tier
 *   TieredObjects      acquire, seal, discard, pin          TieredView   list, stat, stats
 *   TierLeases         which tier a lease is in; who makes what        TierGroups   protects groups that are in both
 *   TierChores         the background thread                Promotions   what has earned its way up
 *   Mover, Moves       copies between the tiers
 *   IdLocks            one change of an id at a time        Tier         one of the two peers
 * </pre>
 */
@NullMarked
package io.packice.peers.tiered;

import org.jspecify.annotations.NullMarked;
