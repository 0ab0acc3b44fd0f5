/** Questions with known answers, written by rules from what an image's annotation says. */
@NullMarked
package dev.dataengine.producers.rules;

import org.jspecify.annotations.NullMarked;
