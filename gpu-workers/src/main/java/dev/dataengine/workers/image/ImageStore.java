package dev.dataengine.workers.image;

import dev.dataengine.benchmark.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The images of the topic by id, as last published: bytes in a file, so that memory holds some
 * hundred bytes an image. The file is rebuilt from the topic at every start and removed at the end.
 * Where more than half of it is of images that were replaced or removed, the others move together
 * in place: it is never larger than twice what it holds and one image, and needs no other's room.
 * One thread owns a store.
 */
final class ImageStore implements AutoCloseable {

  /**
   * One image.
   *
   * @param sha256 of the encoded image
   * @param uri where it is, unless its bytes are inline
   * @param position of inline bytes in the file
   * @param length of inline bytes; 0 where they are behind the uri
   */
  private record Place(String sha256, @Nullable String uri, long position, int length) {}

  private final FileChannel file;
  private final Map<String, Place> places = new HashMap<>();
  private long end;

  /** Bytes before the end that no place names. */
  private long dead;

  ImageStore(Path path) throws IOException {
    file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Keeps an image.
   *
   * @throws UncheckedIOException where the file cannot be written: no fault of the image's
   */
  void put(String id, PublishedImage image) {
    Place present = places.get(id);
    if (present != null
        && present.sha256().equals(image.sha256())
        && Objects.equals(present.uri(), image.uri())
        && present.length() == image.length()) {
      return;
    }
    long start = end;
    if (image.bytes() != null) {
      try {
        ByteBuffer rest = image.bytes().duplicate();
        while (rest.hasRemaining()) {
          end += file.write(rest, end);
        }
      } catch (IOException e) {
        end = start;
        throw new UncheckedIOException("the images' cache cannot be written: " + e, e);
      }
    }
    lose(places.put(id, new Place(image.sha256(), image.uri(), start, image.length())));
  }

  /**
   * Forgets an image.
   *
   * @throws UncheckedIOException where the file cannot be written
   */
  void remove(String id) {
    lose(places.remove(id));
  }

  private void lose(@Nullable Place place) {
    dead += place == null ? 0 : place.length();
    if (dead > end / 2) {
      try {
        compact();
      } catch (IOException e) {
        throw new UncheckedIOException("the images' cache cannot be compacted: " + e, e);
      }
    }
  }

  /**
   * Moves what is named to the front, in the order in which it stands: none overwrites one that has
   * not moved yet. Its cost is paid by as many bytes that were written and lost before.
   */
  private void compact() throws IOException {
    List<Map.Entry<String, Place>> inline =
        places.entrySet().stream()
            .filter(entry -> entry.getValue().length() > 0)
            .sorted(Comparator.comparingLong(entry -> entry.getValue().position()))
            .toList();
    long to = 0;
    for (Map.Entry<String, Place> entry : inline) {
      Place place = entry.getValue();
      if (place.position() != to) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(entry.getKey(), place));
        for (long at = to; bytes.hasRemaining(); ) {
          at += file.write(bytes, at);
        }
        entry.setValue(new Place(place.sha256(), place.uri(), to, place.length()));
      }
      to += place.length();
    }
    file.truncate(to);
    end = to;
    dead = 0;
  }

  /** Bytes of the file. */
  long size() throws IOException {
    return file.size();
  }

  /** Sha256 of an image; empty where it is not known. */
  Optional<String> sha256(String id) {
    return Optional.ofNullable(places.get(id)).map(Place::sha256);
  }

  /** The encoded image. */
  byte[] read(String id, ImageResolver resolver) throws IOException {
    Place place = places.get(id);
    if (place == null) {
      throw new IOException("image '" + id + "' is not in the topic images");
    }
    if (place.length() == 0) {
      if (place.uri() == null) {
        throw new IOException("image '" + id + "' has neither bytes nor uri");
      }
      byte[] read = resolver.read(place.uri());
      String found = Sha256.hex(read);
      if (!found.equals(place.sha256())) {
        throw new IOException(
            "image "
                + place.uri()
                + ": expected the published sha256 "
                + place.sha256()
                + ", the file has "
                + found
                + "; publish it again");
      }
      return read;
    }
    return bytes(id, place);
  }

  private byte[] bytes(String id, Place place) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(place.length());
    while (bytes.hasRemaining()) {
      if (file.read(bytes, place.position() + bytes.position()) < 0) {
        throw new IOException("image store ends within image '" + id + "'");
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
