/** A schema registry behind Confluent's REST API, for development and for one process. */
@NullMarked
package dev.dataengine.compose.registry;

import org.jspecify.annotations.NullMarked;
