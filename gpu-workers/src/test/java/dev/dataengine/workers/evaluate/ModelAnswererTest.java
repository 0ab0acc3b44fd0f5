package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkWriter;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.workers.adapter.AdapterLayout;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.adapter.Manifest;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelAnswererTest {

  private static final Path MODEL = Path.of("models/tiny-llava");

  @TempDir Path temp;
  private Benchmark benchmark = new Benchmark("", "", Path.of(""), List.of());

  @BeforeEach
  void writeBenchmark() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", png);
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("benchmark"));
    writer.add(
        "q",
        "image",
        png.toByteArray(),
        "png",
        "What color is it?",
        "t",
        List.of("black", "red"),
        0);
    benchmark = writer.finish("black", "A black picture");
  }

  private ModelAnswerer open(PrecisionChoice precision, Path model) {
    return ModelAnswerer.open(
        new EvaluatorConfig("tiny", model.toString(), benchmark.dir().toString(), precision, 8),
        benchmark);
  }

  private static ModelVersion.Builder version() {
    return ModelVersion.newBuilder()
        .setVersionId("tiny|1")
        .setModel("tiny")
        .setVersion(1)
        .setLineage("run")
        .setBase("b")
        .setPrecision("float32")
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH);
  }

  @Test
  void adopt_precisionThatAVersionWasTrainedIn_isTakenUpOnlyWhereItMayChoose() throws Exception {
    try (ModelAnswerer told = open(PrecisionChoice.FLOAT32, MODEL)) {
      assertThat(told.precision()).isEqualTo("float32");
      assertThat(told.base()).isEqualTo(LlavaModel.identity(MODEL));
      assertThat(told.adopt("bfloat16")).isFalse();
      assertThat(told.precision()).isEqualTo("float32");
    }
    try (ModelAnswerer free = open(PrecisionChoice.AUTO, MODEL)) {
      assertThat(free.adopt("int4")).isFalse();
      for (String wanted : List.of("bfloat16", "float32")) {
        assertThat(free.adopt(wanted)).isTrue();
        assertThat(free.precision()).isEqualTo(wanted);
        try (Answering answering = free.begin(version().build())) {
          assertThat(answering.next()).hasSize(1);
          assertThat(answering.next()).isEmpty();
        }
      }
    }
  }

  @Test
  void begin_versionsOneAfterTheOther_areEachTheirAdapter() throws Exception {
    Path directory = Files.createDirectory(temp.resolve("v1"));
    AdapterLayout layout =
        new AdapterLayout(
            LlavaConfig.read(MODEL), new LoraConfig(2, 4, 0, List.of("q_proj"), false));
    float[] values = new float[layout.size()];
    java.util.Arrays.fill(values, 1e30f);
    PeftFiles.write(directory, layout, values, "tiny-llava");
    String manifest =
        new Manifest("tiny", 1, "run", "b", "float32", Map.of()).over(directory).write(directory);
    try (ModelAnswerer answerer = open(PrecisionChoice.FLOAT32, MODEL)) {
      ModelVersion broken =
          version().setAdapterUri(directory.toUri().toString()).setManifestSha256(manifest).build();
      try (Answering answering = answerer.begin(broken)) {
        assertThatThrownBy(answering::next)
            .isInstanceOf(UnfitVersionException.class)
            .hasMessageContaining("question q, choice 0: expected a loss");
      }
      Files.delete(directory.resolve("adapter_config.json"));
      assertThatThrownBy(() -> answerer.begin(broken)).isInstanceOf(UnfitVersionException.class);
      try (Answering answering = answerer.begin(version().build())) {
        assertThat(answering.next()).hasSize(1);
      }
    }
  }

  /** Native memory is freed by closing alone: what is left open adds up, version by version. */
  @Test
  void close_ofAVersion_freesItsAdapter() throws Exception {
    try (ModelAnswerer answerer = open(PrecisionChoice.FLOAT32, MODEL)) {
      ModelAnswerer.Run run = (ModelAnswerer.Run) answerer.begin(version().build());
      assertThat(run.next()).hasSize(1);
      assertThat(run.adapter().view().hyper().isReleased()).isFalse();

      run.close();

      assertThat(run.adapter().view().hyper().isReleased()).isTrue();
      assertThat(run.next()).as("there is nothing more").isEmpty();
      assertThat(answerer.loaded().manager().isOpen()).isTrue();
    }
  }

  @Test
  void close_andAnotherPrecision_freeTheModel() {
    ModelAnswerer.Loaded first;
    ModelAnswerer.Loaded second;
    try (ModelAnswerer answerer = open(PrecisionChoice.AUTO, MODEL)) {
      first = answerer.loaded();
      assertThat(answerer.adopt("float32")).isTrue();
      second = answerer.loaded();
      assertThat(first.manager().isOpen()).isFalse();
      assertThat(second.manager().isOpen()).isTrue();
    }
    assertThat(second.manager().isOpen()).isFalse();
  }

  @Test
  void formerBases_areThoseOfTheFirstRelease() throws IOException {
    try (ModelAnswerer answerer = open(PrecisionChoice.FLOAT32, MODEL)) {
      assertThat(answerer.formerBases()).containsExactly(LlavaModel.formerIdentity(MODEL));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json | \"image_token_index\" : 3 | \"image_token_index\" : 768 | image_token_index",
        "config.json | \"vocab_size\" : 768 | \"vocab_size\" : 400 | language_model",
        "config.json | \"llama\" | \"mistral\" | text_config.model_type",
        "preprocessor_config.json | \"height\" : 64, | \"height\" : 32, | size",
        "preprocessor_config.json | 64 | 32 | size: expected 64",
        "tokenizer.json | \"</s>\" | \"<end>\" | '</s>'"
      })
  void open_directoryThatIsNoSuchModel_isMisconfiguredNamingTheFileOrKey(
      String file, String as, String instead, String names) throws IOException {
    Path copy = Files.createDirectory(temp.resolve("model"));
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path each : files.toList()) {
        Files.copy(each, copy.resolve(each.getFileName()));
      }
    }
    String text = Files.readString(copy.resolve(file));
    assertThat(text).contains(as);
    Files.writeString(copy.resolve(file), text.replace(as, instead));

    assertMisconfigured(copy, names);
  }

  @Test
  void open_directoryThatIsNotThere_isMisconfigured() {
    assertMisconfigured(temp.resolve("none"), "none");
  }

  private void assertMisconfigured(Path directory, String names) {
    assertThatThrownBy(() -> open(PrecisionChoice.FLOAT32, directory).close())
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("evaluator.model-directory '" + directory + "' cannot be used: ")
        .hasMessageContaining(names)
        .hasMessageEndingWith("point it to the Hugging Face directory of the base model")
        .matches(failure -> Failures.kindOf(failure) == FailureKind.MISCONFIGURED);
  }
}
