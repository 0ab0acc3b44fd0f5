/** LLaVA-shaped vision-language models read from Hugging Face directories. */
@NullMarked
package dev.dataengine.workers.model;

import org.jspecify.annotations.NullMarked;
