@NullMarked
package dev.dataengine.service;

import org.jspecify.annotations.NullMarked;
