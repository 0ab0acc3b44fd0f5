/** The lifecycle that every service shares. */
@NullMarked
package dev.dataengine.service;

import org.jspecify.annotations.NullMarked;
