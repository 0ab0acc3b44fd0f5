package dev.dataengine.compose.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import dev.dataengine.config.Secrets;

/** {@code %mask(…)} in a pattern of the log: without the secrets that can be recognised. */
public final class MaskedText extends CompositeConverter<ILoggingEvent> {

  @Override
  protected String transform(ILoggingEvent event, String text) {
    return Secrets.masked(text);
  }
}
