package dev.dataengine.compose.chaos.observe;

import com.sun.net.httpserver.HttpServer;
import dev.dataengine.compose.chaos.wire.Schemas;
import dev.dataengine.compose.chaos.wire.WireFormat;
import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.Image;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.serde.EventClasses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecordBase;

/** A sound event for every topic, as bytes, and a registry that knows their schemas. */
public final class SoundEvents implements AutoCloseable {

  private static final Instant NOW = Instant.ofEpochMilli(1_000);
  private static final byte[] PIXELS = {1, 2, 3};

  private final HttpServer registry;
  private final Map<Watched, SpecificRecordBase> events = new EnumMap<>(Watched.class);
  private final WireFormat wire;

  public SoundEvents() throws IOException {
    EventClasses.trust();
    events.put(
        Watched.IMAGES,
        Image.newBuilder()
            .setImageId("i")
            .setBytes(ByteBuffer.wrap(PIXELS))
            .setSha256(Soundness.sha256(PIXELS))
            .setWidth(2)
            .setHeight(2)
            .setSource("test")
            .setPublishedAt(NOW)
            .build());
    events.put(
        Watched.RESULTS,
        EvaluationResult.newBuilder()
            .setResultId("r")
            .setBenchmark("b")
            .setModel("m")
            .setModelVersion(1)
            .setQuestionId("q")
            .setImageId("i")
            .setQuestion("What?")
            .setQuestionType("t")
            .setScore(1)
            .setQuestionCount(4)
            .setEvaluatedAt(NOW)
            .build());
    events.put(
        Watched.STATS,
        QuestionTypeStats.newBuilder()
            .setStatsId("b|m|1|t")
            .setBenchmark("b")
            .setModel("m")
            .setModelVersion(1)
            .setQuestionType("t")
            .setN(1)
            .setErrors(0)
            .setErrorRate(0)
            .setIntervalLow(0)
            .setIntervalHigh(1)
            .setUpdatedAt(NOW)
            .build());
    events.put(
        Watched.WEIGHTS,
        WeightUpdate.newBuilder()
            .setUpdateId("b|m|1")
            .setBenchmark("b")
            .setModel("m")
            .setModelVersion(1)
            .setStrategy("smoothed")
            .setSequence(1)
            .setExploration(0.05)
            .setTypes(Map.of("t", new TypeWeight(1L, 0.0, 0.0, 0.5, 1.0)))
            .setUpdatedAt(NOW)
            .build());
    events.put(
        Watched.BAD_CASES,
        BadCase.newBuilder()
            .setBadCaseId("c")
            .setBenchmark("b")
            .setModel("m")
            .setModelVersion(1)
            .setQuestionId("q")
            .setImageId("i")
            .setQuestion("What?")
            .setQuestionType("t")
            .setScore(0)
            .setEvaluatedAt(NOW)
            .build());
    events.put(
        Watched.SAMPLES,
        VqaSample.newBuilder()
            .setSampleId("s")
            .setImageId("i")
            .setImageSha256(Soundness.sha256(PIXELS))
            .setQuestion("What?")
            .setChoices(List.of("one", "two", "three", "four"))
            .setCorrectChoice(1)
            .setAnswer("two")
            .setQuestionType("t")
            .setBenchmark("b")
            .setModel("m")
            .setWeightSequence(1)
            .setGenerator("rules/1")
            .setCreatedAt(NOW)
            .build());
    events.put(
        Watched.VERSIONS,
        ModelVersion.newBuilder()
            .setVersionId("m|1")
            .setModel("m")
            .setVersion(1)
            .setBase("sha")
            .setOffsets(Map.of("0", 7L, "3", 9L))
            .setSamplesTrained(12)
            .setState(ModelState.CANDIDATE)
            .setCreatedAt(NOW)
            .build());
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/schemas/ids/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] body = schema(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
          exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, Math.max(1, body.length));
          exchange.getResponseBody().write(body.length == 0 ? new byte[] {'{'} : body);
          exchange.close();
        });
    registry.start();
    wire = new WireFormat(new Schemas("http://127.0.0.1:" + registry.getAddress().getPort()));
  }

  private SpecificRecordBase event(Watched topic) {
    return java.util.Objects.requireNonNull(events.get(topic), topic::topic);
  }

  private byte[] schema(int id) {
    List<Watched> topics = List.of(Watched.values());
    return id < 1 || id > topics.size()
        ? new byte[0]
        : new com.fasterxml.jackson.databind.node.ObjectNode(
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance)
            .put("schema", event(topics.get(id - 1)).getSchema().toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
  }

  public WireFormat wire() {
    return wire;
  }

  /** The topic's event in Confluent's wire format. */
  public byte[] bytes(Watched topic) throws IOException {
    SpecificRecordBase event = event(topic);
    byte[] head =
        ByteBuffer.allocate(WireFormat.HEAD)
            .put((byte) 0)
            .putInt(List.of(Watched.values()).indexOf(topic) + 1)
            .array();
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    var encoder = org.apache.avro.io.EncoderFactory.get().binaryEncoder(out, null);
    new org.apache.avro.specific.SpecificDatumWriter<>(event.getSchema()).write(event, encoder);
    encoder.flush();
    GenericRecord read =
        new GenericDatumReader<GenericRecord>(
                event.getSchema(), event.getSchema(), new GenericData())
            .read(null, DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
    return WireFormat.write(read, head);
  }

  /** The key that its record has. */
  public static String key(Watched topic) {
    return switch (topic) {
      case IMAGES, SAMPLES -> "i";
      case RESULTS -> "q";
      case STATS -> "b|m|1|t";
      case WEIGHTS -> "b|m";
      case BAD_CASES -> "t";
      case VERSIONS -> "m";
    };
  }

  /** Templates with one record of every topic. */
  public Templates templates() throws IOException {
    Templates templates = new Templates(wire);
    for (Watched topic : Watched.values()) {
      templates.offer(topic, key(topic).getBytes(StandardCharsets.UTF_8), bytes(topic));
    }
    return templates;
  }

  /** Templates without a record. */
  public Templates noTemplates() {
    return new Templates(wire);
  }

  /** What the observer finds wrong with a record; empty where nothing. */
  public java.util.Optional<String> problem(
      Watched topic,
      byte @org.jspecify.annotations.Nullable [] key,
      byte @org.jspecify.annotations.Nullable [] value)
      throws InterruptedException {
    try {
      return Soundness.problem(
          topic,
          key == null ? "" : new String(key, StandardCharsets.UTF_8),
          wire.read(value, topic.event()));
    } catch (dev.dataengine.compose.chaos.wire.UnreadableException e) {
      return java.util.Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    registry.stop(0);
  }
}
