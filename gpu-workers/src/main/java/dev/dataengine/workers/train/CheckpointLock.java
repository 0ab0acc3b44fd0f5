package dev.dataengine.workers.train;

import dev.dataengine.failure.MisconfiguredException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may write to a checkpoint directory: the first that locks its file {@code lock}. The system
 * gives the lock back when a process dies, however it dies.
 */
final class CheckpointLock implements AutoCloseable {

  private static final String FILE = "lock";

  /**
   * Directories locked by this process. The system's locks are the process's, and are lost when it
   * closes the file anywhere, so a second locking within it must not open the file.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private CheckpointLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * @throws MisconfiguredException where another worker has it
   */
  static CheckpointLock of(Path checkpoints) throws IOException {
    Path directory = checkpoints.toRealPath();
    if (!OURS.add(directory)) {
      throw taken(directory, Long.toString(ProcessHandle.current().pid()));
    }
    @Nullable FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              directory.resolve(FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(directory, Files.readString(directory.resolve(FILE)).strip());
      }
      channel.truncate(0);
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(pid));
      locked = true;
      return new CheckpointLock(directory, channel);
    } finally {
      if (!locked) {
        OURS.remove(directory);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static MisconfiguredException taken(Path directory, String pid) {
    return new MisconfiguredException(
        "checkpoint directory %s: another trainer, in process %s, works in it; stop that one, or give this one a trainer.checkpoint-directory and a trainer.model of its own"
            .formatted(directory, pid.isEmpty() ? "unknown" : pid));
  }

  @Override
  public void close() throws IOException {
    channel.close();
    OURS.remove(directory);
  }
}
