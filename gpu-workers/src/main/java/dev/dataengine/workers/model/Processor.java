package dev.dataengine.workers.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What this machine's processor can do, by the flags that Linux gives in {@code /proc/cpuinfo}. On
 * other systems nothing is known, which is the answer no.
 */
final class Processor {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Pattern FLAGS = Pattern.compile("(?m)^flags[ \\t]*:(.*)$");

  private Processor() {}

  /** Whether products in bfloat16 are faster here than in float32. */
  static boolean multipliesBfloat16() {
    try {
      return multipliesBfloat16(Files.readString(CPUINFO, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether every processor of the list has instructions for products in bfloat16: AVX-512 BF16, or
   * AMX's tiles with its bfloat16. Without them libtorch widens and rounds around each product.
   */
  static boolean multipliesBfloat16(String cpuinfo) {
    List<Set<String>> processors =
        FLAGS
            .matcher(cpuinfo)
            .results()
            .map(found -> Set.copyOf(new java.util.HashSet<>(words(found.group(1)))))
            .toList();
    return !processors.isEmpty()
        && processors.stream()
            .allMatch(
                flags ->
                    flags.contains("avx512_bf16")
                        || flags.containsAll(List.of("amx_tile", "amx_bf16")));
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.strip().split("\\s+"));
  }
}
