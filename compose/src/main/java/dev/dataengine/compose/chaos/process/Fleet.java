package dev.dataengine.compose.chaos.process;

import dev.dataengine.compose.chaos.proxy.TcpProxy;
import dev.dataengine.compose.data.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Broker, registry and services, a process each, every service behind proxies of its own: the
 * broker has a listener for each, which it advertises under the proxy's address, so that all that a
 * service and the broker say to each other goes through. What observes connects directly.
 *
 * <p>For one thread, but {@link #close} may be called from any.
 */
public final class Fleet implements AutoCloseable {

  public static final String BROKER = "broker";
  public static final String REGISTRY = "registry";

  /** In the order in which they start. */
  public static final List<String> SERVICES =
      List.of("image-publisher", "weights", "evaluator", "generator", "trainer");

  private static final Duration TOPICS_WITHIN = Duration.ofMinutes(2);

  private final Map<String, Child> children = new LinkedHashMap<>();
  private final Map<Link, TcpProxy> proxies = new LinkedHashMap<>();
  private final Addresses addresses;
  private final Child topics;

  /**
   * Lays everything out; the proxies listen, nothing runs yet.
   *
   * @param data directory that takes a directory for each
   * @param own {@code key=value} of services, each given to the one whose key it is
   * @param all {@code key=value} that every service is given, after those
   */
  public Fleet(Installation installation, Path data, List<String> own, List<String> all)
      throws IOException {
    Path logs = Files.createDirectories(data.resolve("logs"));
    FreePorts ports = new FreePorts();
    addresses = Addresses.choose(ports);
    SERVICES.forEach(service -> connect(service, ports));
    addChild(installation, logs, BROKER, arguments(data, BROKER, addresses.brokerSettings()));
    addChild(installation, logs, REGISTRY, arguments(data, REGISTRY, addresses.registrySettings()));
    for (String service : SERVICES) {
      List<String> settings = new ArrayList<>(connection(service));
      own.stream().filter(setting -> setting.startsWith(service + ".")).forEach(settings::add);
      settings.addAll(all);
      addChild(installation, logs, service, arguments(data, service, settings));
    }
    List<String> create = new ArrayList<>(List.of("topics", "create"));
    addresses.direct().forEach(setting -> create.addAll(List.of("--set", setting)));
    topics = new Child("topics", installation.command(create), logs.resolve("topics.log"));
  }

  private void connect(String service, FreePorts ports) {
    proxies.put(
        new Link(service, Link.Part.BROKER),
        TcpProxy.start(ports.next(), addresses.listener(service, ports)));
    proxies.put(
        new Link(service, Link.Part.REGISTRY),
        TcpProxy.start(ports.next(), addresses.registryAddress()));
    addresses.advertise(service, proxy(new Link(service, Link.Part.BROKER)).port());
  }

  private void addChild(Installation installation, Path logs, String name, List<String> arguments) {
    children.put(
        name, new Child(name, installation.command(arguments), logs.resolve(name + ".log")));
  }

  private static List<String> arguments(Path data, String name, List<String> settings) {
    List<String> arguments =
        new ArrayList<>(List.of("run", name, "--data", data.resolve(name).toString()));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return arguments;
  }

  private List<String> connection(String service) {
    return List.of(
        "connection.bootstrap-servers=127.0.0.1:"
            + proxy(new Link(service, Link.Part.BROKER)).port(),
        "connection.schema-registry-url=http://127.0.0.1:"
            + proxy(new Link(service, Link.Part.REGISTRY)).port());
  }

  /** Starts broker and registry and creates the topics; again where the broker is not up yet. */
  public void startInfrastructure() {
    child(BROKER).start();
    child(REGISTRY).start();
    long deadline = System.nanoTime() + TOPICS_WITHIN.toNanos();
    int code;
    do {
      topics.start();
      code = topics.join(TOPICS_WITHIN);
    } while (code != 0 && System.nanoTime() < deadline && !child(BROKER).hasEnded());
    if (code != 0) {
      throw new IllegalStateException(
          "the topics could not be created, exit code %d: %s; the broker said: %s"
              .formatted(code, topics.lastWords(), child(BROKER).lastWords()));
    }
  }

  public void startServices() {
    SERVICES.forEach(service -> child(service).start());
  }

  /** Broker, registry and services. */
  public Collection<Child> children() {
    return children.values();
  }

  public Child child(String name) {
    return Objects.requireNonNull(children.get(name), name);
  }

  public TcpProxy proxy(Link link) {
    return Objects.requireNonNull(proxies.get(link), link::toString);
  }

  /** The broker without a proxy. */
  public String bootstrapServers() {
    return addresses.bootstrapServers();
  }

  /** The registry without a proxy. */
  public String registryUrl() {
    return addresses.registryUrl();
  }

  /** Kills what still runs; nothing starts again. */
  @Override
  public void close() {
    topics.close();
    children.values().forEach(Child::close);
    proxies.values().forEach(TcpProxy::close);
  }
}
