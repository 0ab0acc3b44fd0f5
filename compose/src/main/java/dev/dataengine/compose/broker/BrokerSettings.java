package dev.dataengine.compose.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** A single node that is broker and controller, sized for one developer's machine. */
final class BrokerSettings {

  static final int NODE_ID = 1;
  static final String CONTROLLER = "CONTROLLER";
  private static final String HOST = "127.0.0.1";

  private BrokerSettings() {}

  static Properties of(Path logs, int port, int controllerPort, Map<String, String> overrides) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "process.roles",
            "broker,controller",
            "node.id",
            Integer.toString(NODE_ID),
            // a static quorum keeps no address on disk, so the controller's port may change
            "controller.quorum.voters",
            NODE_ID + "@" + HOST + ":" + controllerPort,
            "controller.listener.names",
            CONTROLLER,
            "listeners",
            "PLAINTEXT://"
                + HOST
                + ":"
                + port
                + ","
                + CONTROLLER
                + "://"
                + HOST
                + ":"
                + controllerPort,
            "advertised.listeners",
            "PLAINTEXT://" + HOST + ":" + port,
            "inter.broker.listener.name",
            "PLAINTEXT",
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT",
            "log.dirs",
            logs.toString()));
    settings.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "4",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "4",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "share.coordinator.state.topic.num.partitions", "4",
            "group.initial.rebalance.delay.ms", "0",
            // a topic nobody declared is a spelling mistake
            "auto.create.topics.enable", "false"));
    settings.putAll(
        Map.of(
            "num.network.threads", "2",
            "num.io.threads", "3",
            "num.replica.fetchers", "1",
            "num.recovery.threads.per.data.dir", "2",
            "background.threads", "2",
            "log.cleaner.threads", "1",
            "log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20),
            "log.segment.bytes", Integer.toString(64 << 20),
            "log.index.size.max.bytes", Integer.toString(1 << 20)));
    settings.putAll(
        Map.of(
            // after a kill the controller takes the broker back once its old session is over
            "broker.session.timeout.ms", "3000",
            "broker.heartbeat.interval.ms", "500",
            "metadata.log.segment.bytes", Integer.toString(16 << 20),
            "metadata.max.retention.bytes", Integer.toString(64 << 20),
            "queued.max.requests", "100",
            "socket.request.max.bytes", Integer.toString(32 << 20),
            // offsets of a loop that rested for a month are still good
            "offsets.retention.minutes", Integer.toString(60 * 24 * 90)));
    settings.putAll(overrides);
    return settings;
  }
}
