package dev.dataengine.workers.evaluate;

import dev.dataengine.workers.model.PrecisionChoice;
import java.util.Objects;

/**
 * How model versions are evaluated.
 *
 * @param model name of the model whose versions are followed
 * @param modelDirectory its base model, a Hugging Face directory
 * @param benchmarkDirectory the questions, see {@link dev.dataengine.benchmark.Benchmark}
 * @param precision what the weights are held in: auto, float32 or bfloat16
 * @param batchQuestions questions that make a call full
 */
public record EvaluatorConfig(
    String model,
    String modelDirectory,
    String benchmarkDirectory,
    PrecisionChoice precision,
    int batchQuestions) {

  public EvaluatorConfig {
    Objects.requireNonNull(precision, "evaluator.precision is missing");
    if (!model.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException(
          "evaluator.model: expected letters, digits, '.', '_', '-', got '" + model + "'");
    }
    if (batchQuestions < 1) {
      throw new IllegalArgumentException(
          "evaluator.batch-questions: expected 1 or more, got " + batchQuestions);
    }
  }

  public static EvaluatorConfig defaults(String modelDirectory, String benchmarkDirectory) {
    return new EvaluatorConfig(
        "tiny-llava", modelDirectory, benchmarkDirectory, PrecisionChoice.AUTO, 32);
  }

  /** The same for a base model and a benchmark. */
  public EvaluatorConfig at(String base, String benchmark) {
    return new EvaluatorConfig(model, base, benchmark, precision, batchQuestions);
  }
}
