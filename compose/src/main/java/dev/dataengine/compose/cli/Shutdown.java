package dev.dataengine.compose.cli;

/**
 * Closes something when the process is told to end (Ctrl-C, SIGTERM), and takes that back when it
 * was closed before.
 */
final class Shutdown implements AutoCloseable {

  private final Thread hook;

  private Shutdown(Thread hook) {
    this.hook = hook;
  }

  static Shutdown closing(AutoCloseable target) {
    Thread hook =
        new Thread(
            () -> {
              try {
                target.close();
              } catch (Exception e) {
                System.err.println("not stopped cleanly: " + e);
              }
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Shutdown(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // the hook is running: let it finish before the process ends
      join();
    }
  }

  private void join() {
    try {
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
