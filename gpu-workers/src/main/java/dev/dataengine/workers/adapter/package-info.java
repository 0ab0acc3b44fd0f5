/** Low-rank adapters and their files in PEFT's format. */
@NullMarked
package dev.dataengine.workers.adapter;

import org.jspecify.annotations.NullMarked;
