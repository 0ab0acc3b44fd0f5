package dev.dataengine.workers.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import dev.dataengine.workers.tensor.*;
import java.nio.file.*;
import java.util.*;

@SuppressWarnings("all")
final class SpeedProbe {
  public static void main(String[] x) throws Exception {
    Engine e = Engine.getInstance();
    if (x.length > 0 && !x[0].equals("-"))
      ai.djl.pytorch.jni.JniUtils.setNumThreads(Integer.parseInt(x[0]));
    if (x.length > 1)
      ai.djl.pytorch.jni.JniUtils.setGraphExecutorOptimize(Boolean.parseBoolean(x[1]));
    LlavaConfig c =
        new LlavaConfig(
            3,
            4,
            new LlavaConfig.Vision(128, 512, 4, 4, 64, 8, 1e-5, "quick_gelu"),
            new LlavaConfig.Text(128, 352, 6, 4, 4, 32, 1024, 512, 1e-6, 10000));
    System.out.println("grad mode " + ai.djl.pytorch.jni.JniUtils.isGradMode());
    ai.djl.pytorch.jni.JniUtils.setGradMode(true);
    int B = 32;
    try (NDManager m = NDManager.newBaseManager();
        TorchScript ts = LlavaFunctions.compile(m, c)) {
      LlavaLayout l = LlavaLayout.of(c);
      Random r = new Random(1);
      int size = 0;
      List<Long> sh = new ArrayList<>();
      for (var w : l.all()) {
        size += w.size();
        var s = w.shape();
        long rows = s[0];
        long cols = s.length == 1 ? 0 : w.size() / s[0];
        sh.add(rows);
        sh.add(cols);
      }
      System.out.println("parameters " + size);
      float[] v = new float[size];
      for (int i = 0; i < size; i++) v[i] = (float) (0.02 * r.nextGaussian());
      NDArray flat = m.zeros(new Shape(size)),
          mm = m.zeros(new Shape(size)),
          uu = m.zeros(new Shape(size)),
          dec = m.zeros(new Shape(size));
      Tensors.copyInto(flat, v);
      NDArray shapes = Tensors.of(m, sh.stream().mapToLong(q -> q).toArray(), sh.size() / 2, 2);
      for (int bf = 0; bf < 2; bf++) {
        NDArray like = m.zeros(new Shape(1));
        if (bf == 1) like = ts.call("bfloat16").with(like).run();
        for (int seg : new int[] {1, 8}) {
          long t0 = 0;
          int steps = 12;
          for (int s = 0; s < steps; s++) {
            if (s == 4) t0 = System.nanoTime();
            try (NDManager mg = m.newSubManager()) {
              RowPacker p = new RowPacker();
              for (int b = 0; b < B; b++) {
                long[] pre = new long[66];
                Arrays.fill(pre, 3);
                pre[0] = 1;
                pre[1] = 5;
                p.row(pre);
                for (int k = 0; k < seg; k++) {
                  long[] ctx = new long[14];
                  for (int i = 0; i < 14; i++) ctx[i] = 10 + r.nextInt(900);
                  p.segment(ctx, new long[] {5, 2});
                }
              }
              Batch ba = p.pack(mg);
              NDArray px = mg.ones(new Shape(B, 3, 64, 64));
              NDArray h =
                  Tensors.of(mg, new float[] {0, 0, 1e-3f, .9f, .98f, 1e-8f, .01f, 1f, s + 1}, 9);
              NDArray out =
                  ts.call("pretrain_step")
                      .with(ba.ids())
                      .with(ba.positions())
                      .with(ba.segments())
                      .with(ba.sources())
                      .with(ba.targets())
                      .with(px)
                      .with(flat)
                      .with(mm)
                      .with(uu)
                      .with(dec)
                      .with(h)
                      .with(shapes)
                      .with(like)
                      .runWithGradients();
              float[] f = Tensors.floats(out);
              if (s % 5 == 0)
                System.out.println(
                    "bf16 " + bf + " seg " + seg + " loss " + f[0] + " norm " + f[1]);
            }
          }
          double sec = (System.nanoTime() - t0) / 1e9 / (steps - 4);
          System.out.printf(
              "bf16=%d seg=%d step %.1f ms, %.0f images/s %.0f qa/s%n",
              bf, seg, sec * 1e3, B / sec, B * seg / sec);
        }
      }
    }
  }
}
