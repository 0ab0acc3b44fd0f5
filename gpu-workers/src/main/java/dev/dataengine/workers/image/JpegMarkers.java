package dev.dataengine.workers.image;

/**
 * What a JPEG's markers say before it is decoded (ITU-T T.81, annex B). Java's reader fills with
 * gray what a torn file lacks, and decodes the whole picture again for every scan.
 *
 * @param scans how many scans there are
 * @param ended whether the end of the image is marked
 */
record JpegMarkers(int scans, boolean ended) {

  private static final int MARKER = 0xff;
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int FIRST_RESTART = 0xd0;
  private static final int LAST_RESTART = 0xd7;
  private static final int TEMPORARY = 0x01;

  static boolean isJpeg(byte[] file) {
    return file.length > 2 && at(file, 0) == MARKER && at(file, 1) == START_OF_IMAGE;
  }

  /** Walks from segment to segment; where the file is torn it sees what is before the tear. */
  static JpegMarkers of(byte[] file) {
    int scans = 0;
    int at = 2;
    while (at + 1 < file.length) {
      int marker = at(file, at + 1);
      if (at(file, at) != MARKER || marker == MARKER || marker == 0) {
        // data of a scan, a fill byte, or a 0xff within the data
        at += at(file, at) == MARKER && marker == 0 ? 2 : 1;
      } else if (marker == END_OF_IMAGE) {
        return new JpegMarkers(scans, true);
      } else if (marker == TEMPORARY || (marker >= FIRST_RESTART && marker <= LAST_RESTART)) {
        at += 2;
      } else {
        scans += marker == START_OF_SCAN ? 1 : 0;
        if (at + 3 >= file.length) {
          break;
        }
        at += 2 + (at(file, at + 2) << 8 | at(file, at + 3));
      }
    }
    return new JpegMarkers(scans, false);
  }

  private static int at(byte[] file, int index) {
    return file[index] & 0xff;
  }
}
