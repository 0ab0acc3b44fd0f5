package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    String onTheScreen = text(console.getEncoder(), events.list.get(0));
    PatternLayoutEncoder file = new PatternLayoutEncoder();
    file.setContext(context);
    file.setPattern(Logs.PATTERN);
    file.start();
    String inTheFile = text(file, events.list.get(0));

    assertThat(onTheScreen.lines()).hasSizeBetween(2, 3);
    assertThat(inTheFile.lines()).hasSizeGreaterThan(3);
    for (String written : List.of(onTheScreen, inTheFile)) {
      assertThat(written)
          .contains("cannot connect: sasl.jaas.config = *** ssl.key.password=***\n")
          .containsOnlyOnce("IllegalStateException: at https://***@host: password=***")
          .doesNotContain("hunter2", "%")
          .endsWith("\n");
    }
  }

  private static String text(Encoder<ILoggingEvent> encoder, ILoggingEvent event) {
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }
}
