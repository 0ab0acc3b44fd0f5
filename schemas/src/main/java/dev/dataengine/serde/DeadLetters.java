package dev.dataengine.serde;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records go that a service cannot process: to {@code <topic>.dead-letter}, bytes as they
 * came, with headers that say where they were ({@code dataengine.topic}, {@code .partition}, {@code
 * .offset}), who refused them ({@code .service}) and why ({@code .reason}). A record too large for
 * a letter goes as what {@link DeadLetter} keeps of it. Nothing is dropped.
 */
public final class DeadLetters {

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  private final String service;
  private final Consumer<ProducerRecord<byte[], byte[]>> sender;

  /**
   * @param service name of the service that refuses
   * @param sender sends a record, in the service's transaction where it has one
   */
  public DeadLetters(String service, Consumer<ProducerRecord<byte[], byte[]>> sender) {
    this.service = service;
    this.sender = sender;
  }

  /** Dead letters through a producer without transactions; a failed send is logged. */
  public static DeadLetters through(String service, Producer<byte[], byte[]> producer) {
    return new DeadLetters(
        service,
        letter -> {
          var unused =
              producer.send(
                  letter,
                  (metadata, failure) -> {
                    if (failure != null) {
                      log.atError()
                          .setCause(failure)
                          .addKeyValue("topic", letter.topic())
                          .log("dead letter was not written");
                    }
                  });
        });
  }

  public void send(ConsumerRecord<byte[], byte[]> record, String reason) {
    log.atWarn()
        .addKeyValue("service", service)
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("reason", DeadLetter.cut(reason))
        .log("record goes to the dead letters");
    ProducerRecord<byte[], byte[]> letter = DeadLetter.of(record);
    DeadLetter.header(letter, "topic", record.topic());
    DeadLetter.header(letter, "partition", Integer.toString(record.partition()));
    DeadLetter.header(letter, "offset", Long.toString(record.offset()));
    DeadLetter.header(letter, "service", service);
    DeadLetter.header(letter, "reason", DeadLetter.cut(reason));
    sender.accept(letter);
  }
}
