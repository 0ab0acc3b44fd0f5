@NullMarked
package dev.dataengine.workers.model;

import org.jspecify.annotations.NullMarked;
