package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MaskedTextTest {

  @Test
  void log_eventsWithSecrets_areWrittenWithoutThem() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL ours = Objects.requireNonNull(Main.class.getResource("/logback.xml"));
    configurator.doConfigure(ours);
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    var console = (ConsoleAppender<ILoggingEvent>) root.getAppender("STDERR");
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.setContext(context);
    events.start();
    root.addAppender(events);

    root.atWarn()
        .setCause(new IllegalStateException("at https://me:hunter2@host: password=hunter2"))
        .addKeyValue("ssl.key.password", "hunter2")
        .log("cannot connect: sasl.jaas.config = hunter2");

    assertThat(events.list).hasSize(1);
    assertThat(new String(console.getEncoder().encode(events.list.get(0)), StandardCharsets.UTF_8))
        .contains("cannot connect", "https://***@host", "IllegalStateException")
        .doesNotContain("hunter2");
  }
}
