package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessorTest {

  /** As Linux prints it: a block for each processor, names padded by tabs. */
  private static String cpuinfo(String... flags) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < flags.length; i++) {
      text.append("processor\t: ").append(i).append('\n');
      text.append("model name\t: avx512_bf16 in a name counts for nothing\n");
      text.append("flags\t\t: fpu ").append(flags[i]).append(" xsave\n");
      text.append("vmx flags\t: avx512_bf16\nbugs\t\t: avx512_bf16\n\n");
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "avx2 avx512f avx512_bf16 avx512_fp16,true",
    "avx2 amx_bf16 amx_tile amx_int8,true",
    "avx2 amx_bf16,false",
    "avx2 amx_tile amx_int8,false",
    "avx2 avx512f avx512vl,false",
    "avx512_bf16x,false"
  })
  void multipliesBfloat16_flags_decide(String flags, boolean expected) {
    assertThat(Processor.multipliesBfloat16(cpuinfo(flags))).isEqualTo(expected);
    assertThat(Processor.multipliesBfloat16(cpuinfo(flags, flags))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"avx2,avx512_bf16", "avx512_bf16,avx2"})
  void multipliesBfloat16_onlySomeProcessors_isFalse(String first, String second) {
    assertThat(Processor.multipliesBfloat16(cpuinfo(first, second))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      value = {"''", "no list at all", "Features\t: fp asimd bf16"},
      ignoreLeadingAndTrailingWhitespace = false)
  void multipliesBfloat16_otherSystems_isFalse(String cpuinfo) {
    assertThat(Processor.multipliesBfloat16(cpuinfo)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(PrecisionChoice.class)
  void resolve_anyChoice_isTheSameEveryTimeAndAsNamed(PrecisionChoice choice) {
    Precision first = choice.resolve();

    assertThat(choice.resolve()).isEqualTo(first);
    assertThat(Precision.named(first.text())).contains(first);
    assertThat(PrecisionChoice.of(first).resolve()).isEqualTo(first);
    if (choice != PrecisionChoice.AUTO) {
      assertThat(first.name()).isEqualTo(choice.name());
    } else {
      assertThat(first == Precision.BFLOAT16).isEqualTo(Processor.multipliesBfloat16());
    }
  }
}
