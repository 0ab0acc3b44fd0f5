/**
 * Events as Confluent's wire format has them, read by the writer's schema alone: of the services'
 * own reading nothing is used, so that it may be judged.
 */
@NullMarked
package dev.dataengine.compose.chaos.wire;

import org.jspecify.annotations.NullMarked;
