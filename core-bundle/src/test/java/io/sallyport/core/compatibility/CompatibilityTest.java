package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every behaviour for every stack, version and role, against every other stack that can take part:
 * what a stack declares works, and what it does not declare is refused.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CompatibilityTest {
  private static final List<TlsStackOps> STACKS = stacks();

  private static final CompatibilityReport REPORT = new CompatibilityReport();

  private static List<TlsStackOps> stacks() {
    try {
      return List.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack());
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Arguments> cells() {
    List<Behaviour> behaviours = new ArrayList<>(BasicBehaviours.all());
    behaviours.addAll(SessionBehaviours.all());
    behaviours.addAll(CredentialBehaviours.all());
    behaviours.add(new StaplingBehaviour());
    List<Arguments> cells = new ArrayList<>();
    for (Behaviour behaviour : behaviours) {
      for (Scene scene : alone()) {
        if (behaviour.appliesTo(scene)) {
          cells.add(Arguments.of(behaviour.feature(), scene, behaviour));
        }
      }
    }
    return cells.stream();
  }

  /** The tables are about Java 17, and are complete or left as they are. */
  @AfterAll
  static void writeDownWhatHeld() throws IOException {
    if (Runtime.version().feature() == 17 && REPORT.cells() == cells().count()) {
      REPORT.write(Path.of("").toAbsolutePath().getParent());
    }
  }

  /** Every stack in every role and version, with itself. */
  private static List<Scene> alone() {
    List<Scene> scenes = new ArrayList<>();
    for (TlsStackOps stack : STACKS) {
      for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
        for (Role role : Role.values()) {
          scenes.add(new Scene(stack, role, stack, version));
        }
      }
    }
    return scenes;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void worksWhereDeclaredAndIsRefusedElsewhere(Feature feature, Scene scene, Behaviour behaviour)
      throws Exception {
    if (!scene.stack().capabilities().supports(feature, scene.version(), scene.role())) {
      checkRefusal(feature, scene, behaviour);
      return;
    }
    int partners = 0;
    for (TlsStackOps partner : STACKS) {
      Scene between = new Scene(scene.stack(), scene.role(), partner, scene.version());
      if (partner
          .capabilities()
          .supports(behaviour.neededOfPartner(), scene.version(), between.otherRole())) {
        try {
          behaviour.check(between);
        } catch (TlsException | RuntimeException | AssertionError e) {
          throw new AssertionError(feature + " of " + between + ": " + e.getMessage(), e);
        }
        partners++;
      }
    }
    assertTrue(partners > 0, "nobody to try it with");
    REPORT.add(feature, scene, "");
  }

  private static void checkRefusal(Feature feature, Scene scene, Behaviour behaviour)
      throws TlsException {
    Optional<TlsConfig> request = behaviour.request(scene);
    if (request.isPresent()) {
      TlsException refusal =
          assertThrows(
              TlsException.class,
              () -> scene.stack().prepare(request.get()).close(),
              () -> feature + " of " + scene);
      assertEquals(TlsErrorCode.NOT_SUPPORTED, refusal.code(), refusal.getMessage());
      assertTrue(refusal.getMessage().contains(scene.stack().name()), refusal.getMessage());
      assertTrue(refusal.getMessage().contains(feature.words()), refusal.getMessage());
    }
    Optional<String> reason =
        scene.stack().capabilities().reason(feature, scene.version(), scene.role());
    assertTrue(
        reason.isPresent(), feature + " of " + scene + ": a stack says why it cannot do something");
    REPORT.add(feature, scene, reason.get());
  }

  private static Stream<Arguments> keys() {
    return alone().stream()
        .flatMap(
            scene ->
                Stream.of(KeyType.EC_P256, KeyType.EC_P384, KeyType.RSA_2048, KeyType.RSA_3072)
                    .map(type -> Arguments.of(scene, type)));
  }

  /** To and from every stack; on both sides at once. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("keys")
  void certificatesOfTheUsualKindsAreUsedAndVerified(Scene scene, KeyType type) throws Exception {
    for (TlsStackOps partner : STACKS) {
      Scene between = new Scene(scene.stack(), scene.role(), partner, scene.version());
      try {
        KeyTypes.check(between, type);
      } catch (TlsException e) {
        throw new AssertionError(type + " of " + between + ": " + e.getMessage(), e);
      }
    }
  }

  private static Stream<Scene> servers() {
    return alone().stream().filter(scene -> scene.role() == Role.SERVER);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void noServerResumesWithoutTickets(Scene scene) throws Exception {
    for (TlsStackOps partner : STACKS) {
      if (partner
          .capabilities()
          .supports(Feature.SESSION_RESUMPTION, scene.version(), Role.CLIENT)) {
        SessionBehaviours.checkSwitchedOff(
            new Scene(scene.stack(), scene.role(), partner, scene.version()));
      }
    }
  }
}
