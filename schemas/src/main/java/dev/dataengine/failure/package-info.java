/**
 * The one failure policy, which every service follows and none decides on its own.
 *
 * <ol>
 *   <li>One record is bad, whatever it throws: to the dead letters, and on ({@link
 *       dev.dataengine.failure.RecordPolicy}).
 *   <li>A part outside is away, in whatever way: wait with back-off, say so, lose and double
 *       nothing ({@link dev.dataengine.failure.Patience}).
 *   <li>We are not allowed, or configured wrongly: stop with the reason and the remedy.
 *   <li>Anything else: the service is started again with back-off, and given up after a bound
 *       ({@link dev.dataengine.failure.Restarts}).
 * </ol>
 *
 * <p>{@link dev.dataengine.failure.Failures} tells which of them a failure is; {@link
 * dev.dataengine.failure.Health} is what others see of it.
 */
@NullMarked
package dev.dataengine.failure;

import org.jspecify.annotations.NullMarked;
