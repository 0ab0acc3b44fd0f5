package dev.dataengine.compose.streams;

/** Bytes that release 0.1 wrote into its changelogs and its internal topic. */
final class OldFormats {

  /** colour, wrong at 1,000 ms, reported. */
  static final String ANSWER = "010006636f6c6f7572000000003b9aca0000000000000003e801";

  /** tiny, 12 questions, 5 errors. */
  static final String SUM = "01000474696e79000000000000000c000000012a05f200";

  /** 2 and 3. */
  static final String VERSIONS = "010000000200000000000000020000000000000003";

  /** Partition 3, version 2, colour, the sum above. */
  static final String PARTIAL =
      "010000000300000000000000020006636f6c6f7572000474696e79000000000000000c000000012a05f200";

  /** The versions above, sequence 9, told at 1,234 ms. */
  static final String BENCHMARK_STATE =
      "0100000015010000000200000000000000020000000000000003000000010001613fb999999999999a"
          + "000000000000000900000000000004d20008736d6f6f746865640000000000000003"
          + "000000020001613fd00000000000000001623fe8000000000000";

  private OldFormats() {}
}
