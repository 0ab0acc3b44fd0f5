package dev.dataengine.compose.pretrain;

import dev.dataengine.workers.pretrain.*;
import java.nio.file.Path;

@SuppressWarnings("all")
public final class ProbeMain {
  public static void main(String[] a) throws Exception {
    System.setProperty("ai.djl.offline", "true");
    ai.djl.engine.Engine.getInstance();
    long t = System.nanoTime();
    double[] ema = {0};
    PretrainConfig d = PretrainConfig.defaults();
    int steps = Integer.parseInt(a[1]);
    PretrainConfig c =
        new PretrainConfig(
            d.seed(), steps, d.batchImages(), d.tokenizerExamples(), d.precision(), d.optimizer());
    new Pretrainer(c, new SceneExamples(0))
        .run(
            Path.of(a[0]),
            (s, l) -> {
              ema[0] = s == 1 ? l : 0.98 * ema[0] + 0.02 * l;
              if (s % 20 == 0)
                System.out.printf(
                    "step %d loss %.4f ema %.4f %.1f s%n",
                    s, l, ema[0], (System.nanoTime() - t) / 1e9);
            });
  }
}
