package dev.dataengine.compose.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where logs go; logback.xml has the levels, and WARN and above to stderr until told otherwise. */
final class Logs {

  /** {@code %nopex}, or the failure would follow once more, unmasked. */
  static final String PATTERN =
      "%nopex%d{ISO8601} %-5level [%thread] %logger{30} %mask(%msg %kvp%n%ex)";

  private static final String FILE_SIZE = "10MB";
  private static final int FILES_KEPT = 3;

  private Logs() {}

  /** Nothing at all: what is simulated fails thousands of times, and is judged otherwise. */
  static void none() {
    logger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    logger("dev.dataengine").setLevel(Level.OFF);
    logger("org.apache.kafka").setLevel(Level.OFF);
  }

  /** Ours from INFO on to stderr: for a service in a process of its own. */
  static void toStderr() {
    logger("dev.dataengine").setLevel(Level.INFO);
    logger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR").clearAllFilters();
  }

  /**
   * To {@code <data>/logs/dataengine.log}, at most 40 MB in all.
   *
   * @param quiet nothing to stderr: a live table is on the screen
   */
  static Path toFile(Path data, boolean quiet) {
    Path file = data.resolve("logs").resolve("dataengine.log");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMaxIndex(FILES_KEPT);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
    trigger.setContext(context);
    trigger.setMaxFileSize(FileSize.valueOf(FILE_SIZE));
    trigger.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(trigger);
    appender.start();
    Logger root = logger(Logger.ROOT_LOGGER_NAME);
    if (quiet) {
      root.detachAppender("STDERR");
    }
    root.addAppender(appender);
    logger("dev.dataengine").setLevel(Level.INFO);
    return file;
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
