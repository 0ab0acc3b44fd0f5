package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;

/** Wrong answers as bad cases. */
final class BadCases {

  private BadCases() {}

  static BadCase of(EvaluationResult result) {
    return BadCase.newBuilder()
        .setBadCaseId(
            result.getBenchmark()
                + "|"
                + result.getModel()
                + "|"
                + result.getModelVersion()
                + "|"
                + result.getQuestionId())
        .setBenchmark(result.getBenchmark())
        .setModel(result.getModel())
        .setModelVersion(result.getModelVersion())
        .setLineage(result.getLineage())
        .setQuestionId(result.getQuestionId())
        .setImageId(result.getImageId())
        .setQuestion(result.getQuestion())
        .setQuestionType(result.getQuestionType())
        .setChoices(result.getChoices())
        .setCorrectChoice(result.getCorrectChoice())
        .setDirectAnswers(result.getDirectAnswers())
        .setPredictedChoice(result.getPredictedChoice())
        .setAnswer(result.getAnswer())
        .setScore(result.getScore())
        .setEvaluatedAt(result.getEvaluatedAt())
        .build();
  }
}
