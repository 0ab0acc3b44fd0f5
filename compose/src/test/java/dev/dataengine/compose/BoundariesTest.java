package dev.dataengine.compose;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.awt.image.RenderedImage;
import java.io.InputStream;
import java.io.OutputStream;
import javax.imageio.ImageIO;

/** The folders are the loop: its steps meet in topics, never in code. */
@AnalyzeClasses(packages = "dev.dataengine", importOptions = ImportOption.DoNotIncludeTests.class)
final class BoundariesTest {

  private static final String PRODUCERS = "dev.dataengine.producers..";
  private static final String STREAMS = "dev.dataengine.streams..";
  private static final String WORKERS = "dev.dataengine.workers..";
  private static final String COMPOSE = "dev.dataengine.compose..";

  @ArchTest
  static final ArchRule producers_knowNoOtherStep = apart(PRODUCERS, STREAMS, WORKERS, COMPOSE);

  @ArchTest
  static final ArchRule streams_knowNoOtherStep = apart(STREAMS, PRODUCERS, WORKERS, COMPOSE);

  @ArchTest
  static final ArchRule workers_knowNoOtherStep = apart(WORKERS, PRODUCERS, STREAMS, COMPOSE);

  @ArchTest
  static final ArchRule shared_knowsNoStep =
      classes()
          .that()
          .resideInAPackage("dev.dataengine..")
          .and()
          .resideOutsideOfPackages(PRODUCERS, STREAMS, WORKERS, COMPOSE)
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(PRODUCERS, STREAMS, WORKERS, COMPOSE);

  @ArchTest
  static final ArchRule composePackages_haveNoCycles =
      slices().matching("dev.dataengine.compose.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule sharedPackages_haveNoCycles =
      slices().matching("dev.dataengine.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheCommandLine_printsOrExits =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.dataengine.compose.cli..")
          .and()
          .resideInAPackage(COMPOSE)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule images_areReadFromMemory =
      noClasses()
          .should()
          .callMethod(ImageIO.class, "createImageInputStream", Object.class)
          .orShould()
          .callMethod(ImageIO.class, "createImageOutputStream", Object.class)
          .orShould()
          .callMethod(ImageIO.class, "read", InputStream.class)
          .orShould()
          .callMethod(ImageIO.class, "write", RenderedImage.class, String.class, OutputStream.class)
          .because(
              "these go through files that a shutdown hook of Java closes under a reader: on Ctrl-C"
                  + " a good image looks broken");

  private static ArchRule apart(String one, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(one)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        // a module may have no classes in a build that leaves it out
        .allowEmptyShould(true);
  }
}
