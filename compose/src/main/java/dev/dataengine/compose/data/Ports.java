package dev.dataengine.compose.data;

import dev.dataengine.failure.MisconfiguredException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports on 127.0.0.1, remembered in a file so that a restart keeps its addresses. Not for several
 * threads.
 */
public final class Ports {

  private static final Logger log = LoggerFactory.getLogger(Ports.class);

  private final Path file;
  private final Map<String, Integer> remembered = new TreeMap<>();
  private final FreePorts free = new FreePorts();

  public Ports(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      try {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        properties.forEach((k, v) -> remembered.put(k.toString(), Integer.valueOf(v.toString())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (IllegalArgumentException e) {
        throw new MisconfiguredException(
            file + ": expected name=port lines; remove it for new ports: " + e.getMessage(), e);
      }
    }
  }

  /**
   * A port for {@code name}: the one wanted; for 0 the one that it had last, or else a {@link
   * FreePorts free one}.
   *
   * @throws MisconfiguredException where the wanted port is taken
   */
  public int choose(String name, int wanted) {
    int port = wanted == 0 ? lastOrNext(name) : wanted;
    if (wanted != 0 && !FreePorts.isFree(wanted)) {
      throw new MisconfiguredException(
          "port " + wanted + " for the " + name + " is taken; free it or choose another");
    }
    free.give(port);
    if (!Integer.valueOf(port).equals(remembered.put(name, port))) {
      save();
    }
    return port;
  }

  private int lastOrNext(String name) {
    int last = remembered.getOrDefault(name, 0);
    if (last != 0 && free.isLeft(last)) {
      return last;
    }
    int port = free.next();
    if (last != 0) {
      log.atWarn()
          .addKeyValue("for", name)
          .addKeyValue("taken", last)
          .addKeyValue("port", port)
          .log("the port of the last start is taken; another is used");
    }
    return port;
  }

  private void save() {
    try {
      AtomicFiles.write(
          file,
          remembered.entrySet().stream()
              .map(e -> e.getKey() + "=" + e.getValue() + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
