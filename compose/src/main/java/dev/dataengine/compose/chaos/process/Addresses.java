package dev.dataengine.compose.chaos.process;

import dev.dataengine.compose.data.FreePorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where broker and registry listen. Kafka's clients go to the address that a listener advertises,
 * so a service behind a proxy needs a listener of its own that advertises the proxy.
 */
final class Addresses {

  private static final String HOST = "127.0.0.1";

  /**
   * A listener of the broker.
   *
   * @param port where it listens
   * @param advertised port that clients are sent to
   */
  private record Listener(int port, int advertised) {}

  private final int broker;
  private final int controller;
  private final int registry;
  private final Map<String, Listener> listeners = new LinkedHashMap<>();

  private Addresses(int broker, int controller, int registry) {
    this.broker = broker;
    this.controller = controller;
    this.registry = registry;
  }

  static Addresses choose(FreePorts ports) {
    return new Addresses(ports.next(), ports.next(), ports.next());
  }

  /** A new listener for a service, to be {@link #advertise advertised} under its proxy. */
  InetSocketAddress listener(String service, FreePorts ports) {
    int port = ports.next();
    listeners.put(name(service), new Listener(port, port));
    return local(port);
  }

  void advertise(String service, int proxy) {
    listeners.computeIfPresent(name(service), (name, own) -> new Listener(own.port(), proxy));
  }

  private static String name(String service) {
    return "FOR_" + service.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  InetSocketAddress registryAddress() {
    return local(registry);
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  String bootstrapServers() {
    return HOST + ":" + broker;
  }

  String registryUrl() {
    return "http://" + HOST + ":" + registry;
  }

  List<String> direct() {
    return List.of(
        "connection.bootstrap-servers=" + bootstrapServers(),
        "connection.schema-registry-url=" + registryUrl());
  }

  List<String> brokerSettings() {
    List<String> listen = new ArrayList<>();
    List<String> advertise = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    listen.add("PLAINTEXT://" + HOST + ":" + broker);
    advertise.add("PLAINTEXT://" + HOST + ":" + broker);
    protocols.add("PLAINTEXT:PLAINTEXT");
    listen.add("CONTROLLER://" + HOST + ":" + controller);
    protocols.add("CONTROLLER:PLAINTEXT");
    listeners.forEach(
        (name, listener) -> {
          listen.add(name + "://" + HOST + ":" + listener.port());
          advertise.add(name + "://" + HOST + ":" + listener.advertised());
          protocols.add(name + ":PLAINTEXT");
        });
    return List.of(
        "broker.port=" + broker,
        "broker.controller-port=" + controller,
        "broker.settings.listeners=" + String.join(",", listen),
        "broker.settings.advertised.listeners=" + String.join(",", advertise),
        "broker.settings.listener.security.protocol.map=" + String.join(",", protocols),
        // one is enough for what a listener carries here, and there are many
        "broker.settings.num.network.threads=1");
  }

  List<String> registrySettings() {
    return List.of("registry.port=" + registry);
  }
}
