/**
 * The closed loop, simulated: the services' own code on Kafka's test driver and simulated clients,
 * one thread, virtual time, a seed, and faults between any two steps.
 */
@NullMarked
package dev.dataengine.compose.simulate;

import org.jspecify.annotations.NullMarked;
