/** Tests of the questions by rule. */
@NullMarked
package dev.dataengine.producers.rules;

import org.jspecify.annotations.NullMarked;
