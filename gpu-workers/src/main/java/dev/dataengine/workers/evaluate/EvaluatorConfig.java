package dev.dataengine.workers.evaluate;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;
import dev.dataengine.workers.model.PrecisionChoice;

/** How model versions are evaluated. */
public record EvaluatorConfig(
    @Key(
            doc = "name of the model whose versions are followed",
            pattern = "[A-Za-z0-9._-]+",
            expected = "letters, digits, '.', '_', '-'")
        String model,
    @Key(doc = "its base model, a Hugging Face directory", empty = "`model`") String modelDirectory,
    @Key(doc = "directory of the benchmark, written before", empty = "what `benchmark` says")
        String benchmarkDirectory,
    @Key(doc = "what the weights are held in") PrecisionChoice precision,
    @Key(doc = "questions that make a call full", range = ">= 1") int batchQuestions) {

  public EvaluatorConfig {
    Keys.check(
        EvaluatorConfig.class,
        model,
        modelDirectory,
        benchmarkDirectory,
        precision,
        batchQuestions);
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
