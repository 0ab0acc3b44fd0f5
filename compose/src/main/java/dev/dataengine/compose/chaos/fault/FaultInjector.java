package dev.dataengine.compose.chaos.fault;

import dev.dataengine.compose.chaos.evidence.Span;
import dev.dataengine.compose.chaos.process.Child;
import dev.dataengine.compose.chaos.process.Fleet;
import dev.dataengine.compose.chaos.process.Link;
import dev.dataengine.compose.chaos.proxy.Behaviour;
import dev.dataengine.compose.chaos.proxy.TcpProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Does what a schedule says as time goes on. For one thread. */
public final class FaultInjector {

  /**
   * What waited for an answer gives up so long after, at the latest (Kafka's request.timeout.ms).
   */
  private static final Duration AFTERMATH = Duration.ofSeconds(30);

  private final Fleet fleet;
  private final Consumer<String> story;
  private final List<Fault> ahead;
  private final Map<Fault, Long> present = new LinkedHashMap<>();
  private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);
  private final Map<String, List<Span>> befell = new HashMap<>();

  /**
   * @param story told of every fault as it begins
   */
  public FaultInjector(Fleet fleet, List<Fault> schedule, Consumer<String> story) {
    this.fleet = fleet;
    this.ahead = new ArrayList<>(schedule);
    this.story = story;
  }

  /** Ends what is over and begins what is due, {@code since} the schedule's beginning. */
  public void at(Duration since) throws IOException, InterruptedException {
    for (Fault fault : List.copyOf(present.keySet())) {
      if (fault.until().compareTo(since) <= 0) {
        end(fault);
      }
    }
    while (!ahead.isEmpty() && ahead.get(0).at().compareTo(since) <= 0) {
      Fault fault = ahead.remove(0);
      story.accept(fault.toString());
      counts.merge(fault.kind(), 1, Integer::sum);
      present.put(fault, System.currentTimeMillis());
      begin(fault);
    }
  }

  /** Ends everything that is wrong now; nothing more begins. */
  public void calm() throws IOException, InterruptedException {
    ahead.clear();
    for (Fault fault : List.copyOf(present.keySet())) {
      end(fault);
    }
  }

  /** How many of each kind began. */
  public Map<FaultKind, Integer> counts() {
    return new EnumMap<>(counts);
  }

  /** By service: when something was wrong that concerns it, or may not have been got over yet. */
  public Map<String, List<Span>> befell() {
    return new HashMap<>(befell);
  }

  private void note(Fault fault, long begun) {
    Span span = new Span(begun, System.currentTimeMillis() + AFTERMATH.toMillis());
    for (String service : Fleet.SERVICES) {
      if (fault.concerns(service)) {
        befell.computeIfAbsent(service, s -> new ArrayList<>()).add(span);
      }
    }
  }

  private void begin(Fault fault) throws IOException, InterruptedException {
    for (String target : fault.targets()) {
      switch (fault.kind()) {
        case KILL -> fleet.child(target).kill();
        case STOP -> fleet.child(target).pause();
        case CUT -> proxy(fault, target).cut();
        default -> proxy(fault, target).behave(behaviour(fault));
      }
    }
  }

  private void end(Fault fault) throws IOException, InterruptedException {
    Long begun = present.remove(fault);
    note(fault, begun == null ? 0 : begun);
    for (String target : fault.targets()) {
      Child child = fault.kind().isOnLink() ? null : fleet.child(target);
      if (child != null && fault.kind() == FaultKind.KILL) {
        child.start();
      } else if (child != null) {
        child.resume();
      } else if (fault.kind() == FaultKind.CUT) {
        proxy(fault, target).cut();
      } else {
        proxy(fault, target).behave(new Behaviour.Pass());
      }
    }
  }

  private TcpProxy proxy(Fault fault, String service) {
    return fleet.proxy(new Link(service, fault.part()));
  }

  private static Behaviour behaviour(Fault fault) {
    return switch (fault.kind()) {
      case HANG -> new Behaviour.Hang();
      case HALF -> new Behaviour.Half(fault.amount());
      case DELAY -> new Behaviour.Delay(Duration.ofMillis(fault.amount()));
      case SLOW -> new Behaviour.Slow(fault.amount());
      case REFUSE -> new Behaviour.Refuse();
      case OVERLOADED -> error("429 Too Many Requests", 42901);
      case UNAVAILABLE -> error("503 Service Unavailable", 50301);
      case KILL, STOP, CUT -> new Behaviour.Pass();
    };
  }

  /** As Confluent's registry says it. */
  private static Behaviour error(String status, int code) {
    String body = "{\"error_code\":" + code + ",\"message\":\"" + status + "\"}";
    String head =
        "HTTP/1.1 %s\r\nContent-Type: application/vnd.schemaregistry.v1+json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, body.length());
    return new Behaviour.Answer((head + body).getBytes(StandardCharsets.US_ASCII));
  }
}
