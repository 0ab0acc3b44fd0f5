@NullMarked
package dev.dataengine.compose.cli;

import org.jspecify.annotations.NullMarked;
