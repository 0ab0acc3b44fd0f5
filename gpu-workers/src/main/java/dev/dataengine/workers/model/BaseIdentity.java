package dev.dataengine.workers.model;

import dev.dataengine.benchmark.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a base is: one SHA-256 over everything in its directory that changes an answer, and over the
 * prompt that is put around a question. Weights count by what is in use, whatever files they are
 * spread over and whatever else lies beside them; other files count to the byte.
 */
final class BaseIdentity {

  /** Told apart from what another way of computing would give for the same bytes. */
  private static final String WAY = "dataengine base 1";

  private static final List<String> FILES =
      List.of(
          "config.json",
          "preprocessor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json");

  private BaseIdentity() {}

  static String of(Path directory) throws IOException {
    MessageDigest digest = Sha256.digest();
    text(digest, WAY);
    text(digest, PromptTokenizer.TEMPLATE);
    for (String name : FILES) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        text(digest, name);
        digest.update(Sha256.of(file));
      }
    }
    LlavaLayout layout = LlavaLayout.of(LlavaConfig.read(directory));
    Checkpoint weights = Checkpoint.open(directory);
    for (LlavaLayout.Weight weight :
        Stream.of(layout.vision(), layout.projector(), layout.text())
            .flatMap(List::stream)
            .toList()) {
      var entry = weights.entry(weight);
      text(digest, weight.name());
      text(digest, entry.dtype() + Arrays.toString(entry.shape()));
      digest.update(entry.bytes().duplicate());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** With its length before it, so that no two texts run into one another. */
  private static void text(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
