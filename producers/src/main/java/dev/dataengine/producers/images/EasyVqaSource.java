package dev.dataengine.producers.images;

import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The training images of easy-VQA with their questions. */
final class EasyVqaSource implements ImageSource {

  private final EasyVqa data;
  private final List<Integer> images;
  private final int inlineBytes;

  EasyVqaSource(Path dir, int heldOutPercent, int inlineBytes) {
    this.data = new EasyVqa(dir);
    this.images = data.images(false, heldOutPercent);
    this.inlineBytes = inlineBytes;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String id(int index) {
    return EasyVqa.imageId(images.get(index));
  }

  @Override
  public Image image(int index, Instant publishedAt) throws IOException {
    int number = images.get(index);
    List<EasyVqa.Question> questions = data.questions(number);
    return EncodedImage.read(data.imageFile(number))
        .event(id(index), "easy-vqa", inlineBytes)
        .setQuestions(questions.stream().map(EasyVqaSource::annotated).toList())
        .setObjects(object(questions).stream().toList())
        .setPublishedAt(publishedAt)
        .build();
  }

  /** The image's one shape, where its questions tell shape and colour. */
  private static Optional<ImageObject> object(List<EasyVqa.Question> questions) {
    Optional<String> shape = answer(questions, "shape");
    Optional<String> color = answer(questions, "colour");
    return shape.map(
        category ->
            ImageObject.newBuilder()
                .setCategory(category)
                .setAttributes(color.map(c -> Map.of("color", c)).orElse(Map.of()))
                .build());
  }

  private static Optional<String> answer(List<EasyVqa.Question> questions, String type) {
    return questions.stream()
        .filter(q -> q.type().equals(type))
        .map(EasyVqa.Question::answer)
        .findFirst();
  }

  private static AnnotatedQuestion annotated(EasyVqa.Question question) {
    List<String> like =
        switch (question.type()) {
          case "shape" -> EasyVqa.SHAPES;
          case "colour" -> EasyVqa.COLORS;
          default -> List.of("yes", "no");
        };
    return AnnotatedQuestion.newBuilder()
        .setQuestion(question.text())
        .setAnswer(question.answer())
        .setQuestionType(question.type())
        .setDistractors(like.stream().filter(a -> !a.equals(question.answer())).toList())
        .build();
  }
}
