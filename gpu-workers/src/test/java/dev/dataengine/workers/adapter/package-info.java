@NullMarked
package dev.dataengine.workers.adapter;

import org.jspecify.annotations.NullMarked;
