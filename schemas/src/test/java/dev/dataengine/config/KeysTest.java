package dev.dataengine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeysTest {

  enum Kind {
    ONE,
    OTHER
  }

  record Group(
      @Key(doc = "a port", range = "0..65535") int port,
      @Key(doc = "a rate", range = "> 0 and < 1") double learningRate,
      @Key(
              doc = "some",
              oneOf = {"q", "v"})
          List<String> targets,
      @Key(doc = "counts", range = ">= 1") Map<String, Integer> counts,
      @Key(doc = "a name", pattern = "[a-z]+", expected = "letters") @Nullable String name,
      @Key(doc = "where", empty = "`here`") Path where,
      @Key(doc = "which | of them") Kind kind,
      @Key(doc = "a pin", secret = true) String pin) {
    Group {
      Keys.check(Group.class, port, learningRate, targets, counts, name, where, kind, pin);
    }
  }

  record Root(@Key(doc = "whether") boolean on, @Key(doc = "A group") Group group) {}

  record Undefined(@Key(doc = "x") int defined, int undefined) {
    Undefined {
      Keys.check(Undefined.class, defined, undefined);
    }
  }

  record Forgotten(@Key(doc = "x") int one, @Key(doc = "x") int two) {
    Forgotten {
      Keys.check(Forgotten.class, one);
    }
  }

  private static Group group(int port, double rate, String target, int count, String name) {
    return new Group(
        port, rate, List.of(target), Map.of("c", count), name, Path.of(""), Kind.ONE, "1234");
  }

  @Test
  void check_valuesThatAreAllowed_pass() {
    assertThat(group(0, 0.5, "q", 1, "x").port()).isZero();
    assertThat(group(65_535, 1e-9, "v", 7, "xyz").port()).isEqualTo(65_535);
  }

  @Test
  void check_anyOther_saysKeyExpectedAndGot() {
    assertThatThrownBy(() -> group(-1, 0.5, "q", 1, "x"))
        .isInstanceOf(KeyException.class)
        .hasMessage("port: expected 0..65535, got -1");
    assertThatThrownBy(() -> group(1, 1, "q", 1, "x"))
        .hasMessage("learning-rate: expected > 0 and < 1, got 1.0");
    assertThatThrownBy(() -> group(1, Double.NaN, "q", 1, "x"))
        .hasMessage("learning-rate: expected > 0 and < 1, got NaN");
    assertThatThrownBy(() -> group(1, 0.5, "k", 1, "x"))
        .hasMessage("targets: expected one of q, v, got 'k'");
    assertThatThrownBy(() -> group(1, 0.5, "q", 0, "x"))
        .hasMessage("counts.c: expected >= 1, got 0");
    assertThatThrownBy(() -> group(1, 0.5, "q", 1, "X1"))
        .hasMessage("name: expected letters, got 'X1'");
  }

  @Test
  void check_componentWithoutDefinitionOrWithoutCheck_isNoSoundRecord() {
    assertThatThrownBy(() -> new Undefined(1, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Undefined.undefined: no definition");
    assertThatThrownBy(() -> new Forgotten(1, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Forgotten has 2 components, and checks 1 values");
  }

  @Test
  void load_valueThatItsKeyDoesNotAllow_namesPlaceAndWholeKey() {
    Root defaults = new Root(true, group(1, 0.5, "q", 1, "x"));

    assertThatThrownBy(
            () ->
                new ConfigLoader(Map.of("DATAENGINE_GROUP_LEARNING_RATE", "2"))
                    .load(defaults, Optional.empty(), List.of("group.port=7")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "environment DATAENGINE_GROUP_LEARNING_RATE: group.learning-rate:"
                + " expected > 0 and < 1, got 2.0");
  }

  @Test
  void reference_record_isATableForEachGroup() {
    assertThat(ConfigReference.of(new Root(true, group(1, 1e-8, "q", 1, "x"))))
        .isEqualTo(
            """
            | key | default | allowed | what |
            | --- | --- | --- | --- |
            | `on` | `true` | `true`, `false` | whether |

            ### `group`

            A group.

            | key | default | allowed | what |
            | --- | --- | --- | --- |
            | `group.port` | `1` | 0..65535 | a port |
            | `group.learning-rate` | `1e-8` | > 0 and < 1 | a rate |
            | `group.targets` | `[q]` | `q`, `v` | some |
            | `group.counts.*` |  | >= 1 | counts |
            | `group.name` | `x` | letters | a name |
            | `group.where` | `here` |  | where |
            | `group.kind` | `ONE` | `ONE`, `OTHER` | which \\| of them |
            | `group.pin` | *** | never shown | a pin |
            """);
  }

  @Test
  void range_thatIsNone_isFoundWhenTheRecordIsDefined() {
    assertThatThrownBy(() -> Range.parse("from 1 on")).hasMessage("no range: 'from 1 on'");
    assertThat(Range.parse("-1e3..5").allows(-1000)).isTrue();
    assertThat(Range.parse("-1e3..5").allows(5.1)).isFalse();
    assertThat(Range.parse("> 0").allows(Double.POSITIVE_INFINITY)).isFalse();
  }
}
