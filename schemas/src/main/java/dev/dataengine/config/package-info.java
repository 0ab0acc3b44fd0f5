/** Configuration shared by every service: one YAML file, the environment, flags. */
@NullMarked
package dev.dataengine.config;

import org.jspecify.annotations.NullMarked;
