package dev.dataengine.compose.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.dataengine.config.ConfigReference;
import dev.dataengine.config.Key;
import dev.dataengine.config.KeyException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every key of the configuration is defined, enforced, read and described. */
class ConfigurationTest {

  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String BEGIN = "<!-- keys: `dataengine config reference` prints them -->\n";
  private static final String END = "<!-- end of the keys -->\n";

  /** With it the page is written instead of checked. */
  private static final String REWRITE = "docs.rewrite";

  @Test
  void page_hasTheReferenceThatTheDefinitionsGive() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(end).as("markers in " + PAGE).isGreaterThanOrEqualTo(begin);
    String now =
        page.substring(0, begin)
            + "\n"
            + ConfigReference.of(DataEngineConfig.defaults())
            + "\n"
            + page.substring(end);
    if (Boolean.getBoolean(REWRITE)) {
      Files.writeString(PAGE, now);
      page = now;
    }

    assertThat(page)
        .as(
            "docs/configuration.md is stale: mvn -pl compose -am test -Dtest=ConfigurationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.rewrite=true")
        .isEqualTo(now);
  }

  @Test
  void everyKey_isReadBySomethingOutsideItsRecord() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.dataengine");
    List<String> unread = new ArrayList<>();
    records()
        .forEach(
            (path, record) ->
                unread(classes.get(record.getClass())).forEach(name -> unread.add(path + name)));
    assertThat(unread).as("keys that nothing reads").isEmpty();
  }

  /** To see that the search finds what it looks for. */
  record Sample(int read, int readWithin, int handedOn, int unread) {

    Sample on(int other) {
      return new Sample(read, readWithin, handedOn, other + unread);
    }

    int twice() {
      return 2 * readWithin;
    }
  }

  /** Reads what a sample has. */
  static final class Reader {
    int sum(Sample sample) {
      return sample.read() + sample.twice() + sample.on(1).read();
    }
  }

  @Test
  void unread_componentsThatAreOnlyHandedOn_areFound() {
    JavaClasses classes = new ClassFileImporter().importClasses(Sample.class, Reader.class);

    assertThat(unread(classes.get(Sample.class))).containsExactly("handedOn", "unread");
  }

  private static List<String> unread(JavaClass record) {
    return Arrays.stream(record.reflect().getRecordComponents())
        .map(RecordComponent::getName)
        .filter(name -> !isAsked(record, name) && !isReadByAMethodThatIsAsked(record, name))
        .toList();
  }

  private static boolean isAsked(JavaClass record, String accessor) {
    return record.getMethod(accessor).getCallsOfSelf().stream()
        .anyMatch(call -> !call.getOriginOwner().equals(record));
  }

  private static boolean isReadByAMethodThatIsAsked(JavaClass record, String field) {
    return record.getField(field).getAccessesToSelf().stream()
        .map(access -> access.getOrigin())
        .filter(origin -> !origin.getName().equals(field) && !isMechanical(origin.getName()))
        .anyMatch(
            origin ->
                origin.getAccessesToSelf().stream()
                    .anyMatch(call -> !call.getOriginOwner().equals(record)));
  }

  /** What a record has of itself, and its copies: they hand a value on and act on nothing. */
  private static boolean isMechanical(String method) {
    return List.of("<init>", "equals", "hashCode", "toString", "at", "on", "with").contains(method);
  }

  @Test
  void everyRange_isEnforcedByTheRecordUnderTheKeysOwnName() throws Exception {
    int checked = 0;
    for (Record record : records().values()) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        Key key = Objects.requireNonNull(component.getAnnotation(Key.class), component.toString());
        Object bad = bad(component, key);
        if (bad != null) {
          checked++;
          assertThatThrownBy(() -> with(record, component, bad), "%s", component)
              .isInstanceOf(KeyException.class)
              .hasMessageStartingWith(kebab(component.getName()))
              .hasMessageContaining("expected ");
        }
      }
    }
    assertThat(checked).isGreaterThan(10);
  }

  /** A value that the key does not allow; null where it allows all that its type can hold. */
  private static @Nullable Object bad(RecordComponent component, Key key) {
    Class<?> type = component.getType();
    if (!key.range().isEmpty()) {
      double below = -1e9;
      return type == int.class
          ? (Object) (int) below
          : type == long.class
              ? (Object) (long) below
              : type == double.class ? (Object) Double.NaN : Map.of("images", (int) below);
    }
    if (key.oneOf().length > 0) {
      return List.class.isAssignableFrom(type) ? List.of("?no?") : "?no?";
    }
    if (!key.pattern().isEmpty()) {
      String bad = "".matches(key.pattern()) ? "x".repeat(100_000) : "";
      return type == Path.class ? Path.of(bad) : bad;
    }
    return null;
  }

  private static Record with(Record record, RecordComponent component, Object value)
      throws Throwable {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          components[i].getName().equals(component.getName())
              ? value
              : components[i].getAccessor().invoke(record);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return record.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** All records of the configuration with their defaults, by the prefix of their keys. */
  private static Map<String, Record> records() {
    Map<String, Record> records = new LinkedHashMap<>();
    collect("", DataEngineConfig.defaults(), records);
    return records;
  }

  private static void collect(String prefix, Record record, Map<String, Record> into) {
    into.put(prefix, record);
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        if (component.getAccessor().invoke(record) instanceof Record group) {
          collect(prefix + component.getName() + ".", group, into);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
  }
}
