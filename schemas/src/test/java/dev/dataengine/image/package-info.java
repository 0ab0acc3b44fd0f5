/** What publishers, the generator and the trainer hold of images alike. */
@NullMarked
package dev.dataengine.image;

import org.jspecify.annotations.NullMarked;
