@NullMarked
package dev.dataengine.clients;

import org.jspecify.annotations.NullMarked;
