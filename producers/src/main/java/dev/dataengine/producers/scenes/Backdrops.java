package dev.dataengine.producers.scenes;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.util.SplittableRandom;

/** Draws what is behind the shapes. Nothing here has the colour of a shape. */
final class Backdrops {

  private static final int SIDE = Scene.SIDE;
  private static final int[] PALE = {0xFBFBF8, 0xF3EEFA, 0xE8F3FC, 0xFDF1E6};
  private static final int[] PATTERN = {0xD9D7D0, 0xD3C6EC, 0xBEDCF5, 0xF6D3B8};

  private final Graphics2D pen;
  private final Scene scene;
  private final SplittableRandom random;

  Backdrops(Graphics2D pen, Scene scene) {
    this.pen = pen;
    this.scene = scene;
    this.random = new SplittableRandom(31L * scene.seed() + scene.index());
  }

  void draw() {
    switch (scene.scene()) {
      case "plain" -> plain();
      case "meadow" -> meadow();
      case "beach" -> beach();
      case "night" -> night();
      case "city" -> city();
      case "snow" -> snow();
      default -> throw new IllegalArgumentException("no scene '" + scene.scene() + "'");
    }
  }

  private void plain() {
    fill(faded(PALE[scene.tint()]), 0, 0, SIDE, SIDE);
    int mark = PATTERN[scene.tint()];
    switch (scene.style()) {
      case "striped" -> {
        for (int y = 6; y < SIDE; y += 24) {
          fill(mark, 0, y, SIDE, 12);
        }
      }
      case "dotted" -> {
        for (int y = 8; y < SIDE; y += 22) {
          for (int x = 8; x < SIDE; x += 22) {
            disc(mark, x, y, 5);
          }
        }
      }
      case "checkered" -> {
        for (int i = 0; i < 64; i++) {
          if ((i % 8 + i / 8) % 2 == 0) {
            fill(mark, i % 8 * 24, i / 8 * 24, 24, 24);
          }
        }
      }
      default -> {
        // the ground alone
      }
    }
  }

  /** The colour with each channel up to 15 of 255 darker. */
  private int faded(int rgb) {
    return rgb - (random.nextInt(16) << 16) - (random.nextInt(16) << 8) - random.nextInt(16);
  }

  private void meadow() {
    sky(0xC4E6FB, 0xE9F6FD, 80);
    disc(0xFFF3B0, 30 + random.nextInt(130), 24, 14);
    disc(0xA5D884, 40, 150, 100);
    disc(0x9CD17A, 160, 160, 104);
    fill(0xB2E08E, 0, 96, SIDE, 96);
    for (int i = 0; i < 60; i++) {
      int x = random.nextInt(SIDE);
      int y = 100 + random.nextInt(90);
      fill(0x8CC468, x, y, 2, 6);
    }
    for (int i = 0; i < 14; i++) {
      disc(0xFFFFFF, random.nextInt(SIDE), 102 + random.nextInt(88), 2);
    }
  }

  private void beach() {
    sky(0xD8EFFA, 0xF6FBFD, 56);
    disc(0xFFE9A8, 20 + random.nextInt(150), 26, 13);
    fill(0x8CC6EC, 0, 56, SIDE, 48);
    for (int y = 62; y < 100; y += 12) {
      for (int x = y % 24; x < SIDE; x += 32) {
        fill(0xDFF1FB, x, y, 16, 2);
      }
    }
    fill(0xFFFFFF, 0, 102, SIDE, 5);
    fill(0xE9CFA2, 0, 107, SIDE, 85);
    for (int i = 0; i < 70; i++) {
      fill(0xD6B784, random.nextInt(SIDE), 110 + random.nextInt(80), 2, 2);
    }
  }

  private void night() {
    sky(0x141A4C, 0x2C2F70, 140);
    for (int i = 0; i < 45; i++) {
      disc(0xF4F0D0, random.nextInt(SIDE), random.nextInt(135), 1 + random.nextInt(2) / 2.0);
    }
    int x = 24 + random.nextInt(140);
    disc(0xF6EFC4, x, 30, 15);
    disc(0x171D50, x + 7, 26, 13);
    fill(0x23244E, 0, 140, SIDE, 52);
  }

  private void city() {
    sky(0xF6E6D8, 0xFCF4EC, 150);
    int[] walls = {0xC9B8CE, 0xB9B6D6, 0xD6BFC4};
    int x = 0;
    while (x < SIDE) {
      int width = 26 + random.nextInt(18);
      int top = 34 + random.nextInt(70);
      fill(walls[random.nextInt(walls.length)], x, top, width, 160 - top);
      for (int wy = top + 6; wy < 150; wy += 13) {
        for (int wx = x + 5; wx + 5 < x + width; wx += 10) {
          fill(0xFDF6D8, wx, wy, 5, 7);
        }
      }
      x += width + 2;
    }
    fill(0xADA6B4, 0, 160, SIDE, 32);
    for (int dash = 4; dash < SIDE; dash += 28) {
      fill(0xFFFFFF, dash, 175, 16, 3);
    }
  }

  private void snow() {
    sky(0xC3D2E2, 0xDFE8F1, 110);
    for (int i = 0; i < 5; i++) {
      tree(12 + i * 42 + random.nextInt(16), 84 + random.nextInt(20));
    }
    fill(0xFBFCFE, 0, 108, SIDE, 84);
    for (int i = 0; i < 70; i++) {
      disc(0xFFFFFF, random.nextInt(SIDE), random.nextInt(108), 1 + random.nextInt(2));
    }
  }

  private void tree(int x, int top) {
    pen.setColor(new Color(0x9DB5BD));
    pen.fillPolygon(new int[] {x, x + 14, x - 14}, new int[] {top - 34, top + 26, top + 26}, 3);
    pen.setColor(new Color(0xF4F8FC));
    pen.fillPolygon(new int[] {x, x + 6, x - 6}, new int[] {top - 34, top - 10, top - 10}, 3);
  }

  private void sky(int top, int bottom, int height) {
    pen.setPaint(new GradientPaint(0, 0, new Color(top), 0, height, new Color(bottom)));
    pen.fillRect(0, 0, SIDE, SIDE);
  }

  private void fill(int rgb, int x, int y, int width, int height) {
    pen.setColor(new Color(rgb));
    pen.fillRect(x, y, width, height);
  }

  private void disc(int rgb, int x, int y, double radius) {
    pen.setColor(new Color(rgb));
    pen.fill(new java.awt.geom.Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }
}
