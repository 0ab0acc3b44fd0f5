package dev.dataengine.streams;

import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.RegistryFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends what cannot be read to the dead letters, in the same transaction as everything else. Where
 * the registry could not be asked the record may be fine, so the thread fails; {@link
 * WeightsService} decides whether another one tries again.
 *
 * <p>Public because Kafka Streams makes it by reflection.
 */
public final class MalformedResults implements DeserializationExceptionHandler {

  /** Setting that hands over the {@link WeightsMetrics}. */
  static final String METRICS = "dataengine.weights.metrics";

  private @Nullable WeightsMetrics metrics;

  @Override
  public void configure(Map<String, ?> settings) {
    if (!(settings.get(METRICS) instanceof WeightsMetrics given)) {
      throw new IllegalArgumentException(METRICS + ": expected the metrics of the topology");
    }
    metrics = given;
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    if (RegistryFailures.isAway(failure) || RegistryFailures.isRefusal(failure)) {
      return Response.fail();
    }
    if (metrics != null) {
      metrics.malformed().increment();
    }
    List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
    new DeadLetters(WeightsService.NAME, letters::add).send(record, reason(failure));
    return Response.resume(letters);
  }

  private static String reason(Exception failure) {
    Throwable cause = failure.getCause();
    return failure.getMessage() + (cause == null ? "" : ": " + cause);
  }
}
