/**
 * Reading topics whole, from their beginning, as tables and logs that a service rebuilds on start.
 */
@NullMarked
package dev.dataengine.follow;

import org.jspecify.annotations.NullMarked;
