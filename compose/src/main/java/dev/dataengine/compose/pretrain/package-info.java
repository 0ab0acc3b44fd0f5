/** Makes the base model that ships with the project, on built-in scenes. */
@NullMarked
package dev.dataengine.compose.pretrain;

import org.jspecify.annotations.NullMarked;
