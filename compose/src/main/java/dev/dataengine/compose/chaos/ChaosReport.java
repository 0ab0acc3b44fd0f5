package dev.dataengine.compose.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dataengine.compose.chaos.judge.Verdict;
import dev.dataengine.compose.data.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param faults how many of each kind
 * @param resultsSent distinct sound answers of questions
 * @param resultsCounted answers that the statistics count
 * @param samplesWritten distinct sound samples
 * @param samplesTrained samples behind the newest version
 * @param servicesEnded how often a process ended that nobody had killed
 */
public record ChaosReport(
    long seed,
    Map<String, Integer> faults,
    List<Verdict> verdicts,
    long poisonSent,
    long poisonDeadLettered,
    long resultsSent,
    long resultsCounted,
    long samplesWritten,
    long samplesTrained,
    int servicesEnded) {

  /** Violations of one invariant that are printed; the file has all. */
  private static final int PRINTED = 5;

  public ChaosReport {
    faults = Map.copyOf(faults);
    verdicts = List.copyOf(verdicts);
  }

  /** Every invariant holds and no service ended. */
  public boolean isGreen() {
    return servicesEnded == 0 && verdicts.stream().allMatch(Verdict::holds);
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode report = json.createObjectNode().put("seed", seed);
    ObjectNode kinds = report.putObject("faults");
    faults.forEach(kinds::put);
    ObjectNode invariants = report.putObject("invariants");
    ObjectNode found = json.createObjectNode();
    for (Verdict verdict : verdicts) {
      invariants
          .putObject(verdict.invariant())
          .put("checked", verdict.checked())
          .put("violations", verdict.violations().size());
      ArrayNode texts = found.putArray(verdict.invariant());
      verdict.violations().forEach(texts::add);
    }
    report
        .put("poison_sent", poisonSent)
        .put("poison_dead_lettered", poisonDeadLettered)
        .put("results_sent", resultsSent)
        .put("results_counted", resultsCounted)
        .put("samples_written", samplesWritten)
        .put("samples_trained", samplesTrained)
        .put("services_ended", servicesEnded)
        .set("violations", found);
    AtomicFiles.write(
        file, json.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
  }

  /** The invariants as a table, then what violates them. */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(row("%-22s %10s %10s", "invariant", "checked", "violations"));
    for (Verdict verdict : verdicts) {
      String mark = verdict.holds() ? "" : verdict.checked() == 0 ? "  nothing to check" : "  !";
      lines.add(
          row(
              "%-22s %,10d %,10d%s",
              verdict.invariant(), verdict.checked(), verdict.violations().size(), mark));
    }
    lines.add("");
    lines.add(
        row(
            "poison %d sent, %d dead letters; results %d sent, %d counted; samples %d written, %d trained; services ended %d",
            poisonSent,
            poisonDeadLettered,
            resultsSent,
            resultsCounted,
            samplesWritten,
            samplesTrained,
            servicesEnded));
    for (Verdict verdict : verdicts) {
      verdict.violations().stream()
          .limit(PRINTED)
          .forEach(violation -> lines.add("! " + verdict.invariant() + ": " + violation));
    }
    return lines;
  }

  private static String row(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
