package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;

/**
 * An entry of the store of answers. Questions and what closed versions left are in one store, so
 * that one cannot be lost without the other.
 */
sealed interface Kept permits Question, ClosedVersion {

  /** Format 1 is a question, format 2 a closed version. */
  Serde<Kept> SERDE =
      CompactSerde.of(
          "answers",
          kept -> kept instanceof Question ? 1 : 2,
          Kept::write,
          Map.of(1, Kept::readQuestion, 2, Kept::readClosed));

  private static void write(Kept kept, CompactOutput out) {
    if (kept instanceof Question question) {
      List<String> types = new ArrayList<>(1);
      for (Slot slot : question.slots()) {
        slot.moments().forEach(moment -> indexOf(moment.type(), types));
      }
      out.texts(types);
      out.number(question.slots().size());
      for (Slot slot : question.slots()) {
        out.number(slot.version());
        out.number(slot.questions());
        out.flag(slot.reported());
        out.number(slot.moments().size());
        for (Moment moment : slot.moments()) {
          out.number(moment.evaluatedAt());
          out.number(indexOf(moment.type(), types));
          out.number(moment.errorNanos());
        }
      }
    } else if (kept instanceof ClosedVersion closed) {
      List<String> types = new ArrayList<>(closed.base().keySet());
      closed.steps().forEach(step -> indexOf(step.type(), types));
      out.texts(types);
      out.number(closed.firstAt());
      out.number(closed.questions());
      out.number(closed.baseAt());
      out.number(closed.base().size());
      for (Map.Entry<String, Sum> entry : closed.base().entrySet()) {
        out.number(indexOf(entry.getKey(), types));
        entry.getValue().write(out);
      }
      out.number(closed.steps().size());
      long last = closed.baseAt();
      for (ClosedVersion.Step step : closed.steps()) {
        out.number(step.at() - last);
        out.number(indexOf(step.type(), types));
        step.change().write(out);
        last = step.at();
      }
    }
  }

  private static Question readQuestion(CompactInput in) {
    List<String> types = in.texts();
    List<Slot> slots = new ArrayList<>(2);
    for (long left = in.number(); left > 0; left--) {
      long version = in.number();
      int questions = (int) in.number();
      boolean reported = in.flag();
      List<Moment> moments = new ArrayList<>(1);
      for (long more = in.number(); more > 0; more--) {
        moments.add(new Moment(in.number(), types.get((int) in.number()), in.number()));
      }
      slots.add(new Slot(version, questions, reported, moments));
    }
    return new Question(slots);
  }

  private static ClosedVersion readClosed(CompactInput in) {
    List<String> types = in.texts();
    long firstAt = in.number();
    int questions = (int) in.number();
    long baseAt = in.number();
    Map<String, Sum> base = new TreeMap<>();
    for (long left = in.number(); left > 0; left--) {
      base.put(types.get((int) in.number()), Sum.read(in));
    }
    List<ClosedVersion.Step> steps = new ArrayList<>();
    long last = baseAt;
    for (long left = in.number(); left > 0; left--) {
      last += in.number();
      steps.add(new ClosedVersion.Step(last, types.get((int) in.number()), Sum.read(in)));
    }
    return new ClosedVersion(firstAt, questions, baseAt, base, steps);
  }

  private static int indexOf(String type, List<String> types) {
    int at = types.indexOf(type);
    if (at < 0) {
      types.add(type);
      return types.size() - 1;
    }
    return at;
  }
}
