package io.packice.core;

import java.time.Duration;

/**
 * When objects move between the two tiers of a {@link LocalPeer}.
 *
 * @param highWatermark the part of the upper tier's capacity from which on objects go down
 * @param lowWatermark the part down to which they do
 * @param promotionWindow the time within which the second read from the lower tier brings an object up
 * @param keepsAll whether what only the upper tier has goes down when the peer is closed, and what could not is refused when it is made
 * @param inBackground whether a thread moves objects as soon as that is due; if not, whoever calls {@link Tiers#move} does
 */
public record Tiering(double highWatermark, double lowWatermark, Duration promotionWindow, boolean keepsAll,
    boolean inBackground) {
}
