package dev.dataengine.compose.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What happens where memory is short and no record and no service is there to blame: a thread that
 * nobody starts again has died of it (of the broker, of a client), and the process, which would go
 * on with half of its parts, ends. See {@code docs/decisions/0008-out-of-memory.md}.
 */
final class OutOfMemory extends AppenderBase<ILoggingEvent> {

  /** What Kafka's threads log as they die; they let no other handler know. */
  private static final String KAFKA_THREAD_DIES = "Uncaught exception in thread";

  private OutOfMemory() {}

  /** Watches all threads of the process from now on. */
  static void endsTheProcess() {
    Thread.setDefaultUncaughtExceptionHandler(OutOfMemory::died);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      OutOfMemory appender = new OutOfMemory();
      appender.setContext(logback);
      appender.start();
      logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }
  }

  private static void died(Thread thread, Throwable failure) {
    if (failure instanceof VirtualMachineError) {
      end(thread.getName(), failure.toString());
    } else {
      LoggerFactory.getLogger(OutOfMemory.class)
          .atError()
          .setCause(failure)
          .addKeyValue("thread", thread.getName())
          .log("a thread died");
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    @Nullable IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null
        && event.getLevel().isGreaterOrEqual(Level.ERROR)
        && event.getMessage().startsWith(KAFKA_THREAD_DIES)
        && failure.getClassName().equals(OutOfMemoryError.class.getName())) {
      end(event.getThreadName(), failure.getClassName() + ": " + failure.getMessage());
    }
  }

  private static void end(String thread, String failure) {
    System.err.println(
        "dataengine: thread "
            + thread
            + " died: "
            + failure
            + "; the process ends, since nothing starts that thread again. More memory:"
            + " DATAENGINE_JAVA_OPTS=-Xmx2g");
    ProcessEnd.now(ExitCode.FAILED);
  }
}
