package dev.dataengine.workers.model;

import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packs token sequences into the rows of a {@link Batch}. A row is a prefix, seen by all that
 * follows, and segments that do not see each other: the questions about one image, or the choices
 * of one question. Positions go on from the prefix in every segment, so the result is that of
 * separate rows, at the cost of one prefix.
 *
 * <p>A segment is some tokens of context and then tokens to predict, or several such answers, which
 * share the context but do not see each other. Where it has no context its first prediction is made
 * from the last token of the prefix.
 */
public final class RowPacker {

  private final List<Row> rows = new ArrayList<>();
  private int groups;

  /** One row under construction. */
  private static final class Row {
    private final long[] prefix;
    private final List<Segment> segments = new ArrayList<>();
    private int length;

    Row(long[] prefix) {
      this.prefix = prefix;
      this.length = prefix.length;
    }
  }

  private record Segment(long[] context, List<long[]> answers) {}

  /** Starts the next row. */
  public RowPacker row(long[] prefix) {
    if (prefix.length == 0) {
      throw new IllegalArgumentException("prefix: expected at least one token, got none");
    }
    rows.add(new Row(prefix));
    return this;
  }

  /** Adds a segment to the last row; its answer's tokens are one group of predictions. */
  public RowPacker segment(long[] context, long[] answer) {
    return segment(context, List.of(answer));
  }

  /** Adds a segment with alternative answers; each is a group of predictions. */
  public RowPacker segment(long[] context, List<long[]> answers) {
    Row row = rows.get(rows.size() - 1);
    row.length += context.length;
    for (long[] answer : answers) {
      if (answer.length == 0) {
        throw new IllegalArgumentException("answer: expected at least one token, got none");
      }
      // the last token of an answer is predicted, never read
      row.length += answer.length - 1;
    }
    row.segments.add(new Segment(context, List.copyOf(answers)));
    groups += answers.size();
    return this;
  }

  public int rowCount() {
    return rows.size();
  }

  /** Makes the tensors, on a manager that the caller closes. */
  public Batch pack(NDManager manager) {
    int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    int predictions =
        rows.stream()
            .flatMap(row -> row.segments.stream())
            .flatMap(segment -> segment.answers.stream())
            .mapToInt(answer -> answer.length)
            .sum();
    Layout layout = new Layout(rows.size(), width, predictions, groups);
    for (int i = 0; i < rows.size(); i++) {
      layout.place(i, rows.get(i));
    }
    return layout.toBatch(manager);
  }

  /** The arrays behind the tensors. */
  private static final class Layout {
    private final int height;
    private final int width;
    private final long[] ids;
    private final long[] positions;
    private final long[] segments;
    private final long[] parents;
    private final long[] sources;
    private final long[] targets;
    private final long[] groups;
    private final float[] sizes;
    private int next;
    private int group;

    Layout(int height, int width, int predictions, int groupCount) {
      this.height = height;
      this.width = width;
      ids = new long[height * width];
      positions = new long[height * width];
      segments = new long[height * width];
      Arrays.fill(segments, -1);
      parents = new long[height * width];
      sources = new long[predictions];
      targets = new long[predictions];
      groups = new long[predictions];
      sizes = new float[groupCount];
    }

    void place(int index, Row row) {
      int start = index * width;
      int at = start;
      for (int i = 0; i < row.prefix.length; i++) {
        put(at++, row.prefix[i], i, 0, 0);
      }
      int prefixEnd = at - 1;
      int number = 0;
      for (Segment segment : row.segments) {
        int context = ++number;
        int position = row.prefix.length;
        int contextEnd = prefixEnd;
        for (long token : segment.context) {
          contextEnd = at;
          put(at++, token, position++, context, 0);
        }
        for (long[] answer : segment.answers) {
          at = place(answer, at, contextEnd, position, ++number, context);
        }
      }
    }

    /** Returns where the next token goes. */
    private int place(long[] answer, int start, int before, int position, int number, int parent) {
      int at = start;
      int previous = before;
      for (int i = 0; i < answer.length; i++) {
        predict(previous, answer[i]);
        if (i < answer.length - 1) {
          previous = at;
          put(at++, answer[i], position + i, number, parent);
        }
      }
      group++;
      return at;
    }

    private void put(int at, long id, int position, int segment, int parent) {
      ids[at] = id;
      positions[at] = position;
      segments[at] = segment;
      parents[at] = parent;
    }

    private void predict(int source, long target) {
      sources[next] = source;
      targets[next] = target;
      groups[next] = group;
      sizes[group]++;
      next++;
    }

    Batch toBatch(NDManager manager) {
      return new Batch(
          Tensors.of(manager, ids, height, width),
          Tensors.of(manager, positions, height, width),
          Tensors.of(manager, segments, height, width),
          Tensors.of(manager, parents, height, width),
          Tensors.of(manager, sources, sources.length),
          Tensors.of(manager, targets, targets.length),
          Tensors.of(manager, groups, groups.length),
          Tensors.of(manager, sizes, sizes.length));
    }
  }
}
