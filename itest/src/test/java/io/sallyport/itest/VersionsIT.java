package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Stacks that were really compiled against an older API. */
public class VersionsIT {
  private static final String NAME = "io.sallyport.stack.old";

  private static Platform platform;

  private final List<Bundle> installed = new ArrayList<>();

  @BeforeClass
  public static void start() throws Exception {
    platform = Platform.start(Map.of());
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
  }

  @After
  public void tidyUp() throws Exception {
    for (Bundle bundle : installed) {
      bundle.uninstall();
    }
    assertEquals("conscrypt", platform.active());
  }

  @Test
  public void aStackThatWasCompiledAgainstTheFormerTableIsRefusedAndShows() throws Exception {
    Path api = TestBundle.olderApi(text -> replaced(text, "OPS_VERSION = 1;", "OPS_VERSION = 0;"));
    int known = platform.told();
    install(TestBundle.chaos(NAME, "old", 1000).against(api).build()).start();

    String why =
        "was built for version 0 of the operations table, this platform has version 1; rebuild it";
    platform.awaitEvent(known, StackEventType.REFUSED, "old", NAME, why);
    platform.log().await("Stack old of bundle " + NAME + " is refused: ", why);
    assertEquals(CandidateState.REFUSED, platform.state("old"));
    String shown = platform.shellLine("tls:stacks", "old");
    assertTrue(shown, shown.contains("REFUSED") && shown.contains(why));
    assertTrue(shown, shown.contains("[INVALID_VERSION]"));
    try {
      platform.stacks().swap("old");
      fail("It took over.");
    } catch (TlsException e) {
      assertTrue(e.getMessage(), e.getMessage().contains(why));
    }
  }

  @Test
  public void itsRegistrationIsAnsweredWithInvalidVersion() throws Exception {
    Path api = TestBundle.olderApi(text -> replaced(text, "OPS_VERSION = 1;", "OPS_VERSION = 0;"));
    Bundle bundle =
        install(
            TestBundle.chaos(NAME, "old", 0).header("Chaos-Register", "true").against(api).build());
    try {
      bundle.start();
      fail("It was registered.");
    } catch (BundleException e) {
      assertEquals(TlsErrorCode.INVALID_VERSION, ((TlsException) e.getCause()).code());
    }
  }

  @Test
  public void aStackWithoutAnOperationThatCameLaterIsRefusedAsIncomplete() throws Exception {
    Path api =
        TestBundle.olderApi(text -> replaced(text, "  List<CipherSuite> cipherSuites();\n", ""));
    int known = platform.told();
    install(TestBundle.old(NAME).against(api).build()).start();

    String why = "does not implement the required operation 'cipherSuites'";
    platform.awaitEvent(known, StackEventType.REFUSED, "old", NAME, why);
    assertEquals(CandidateState.REFUSED, platform.state("old"));
    String shown = platform.shellLine("tls:stacks", "old");
    assertTrue(shown, shown.contains("REFUSED") && shown.contains(why));
  }

  @Test
  public void aBundleWhoseImportRangeDoesNotFitNeverResolves() throws Exception {
    for (String range : List.of("[0.2,1)", "[0.0,0.1)", "[1,2)")) {
      Bundle bundle =
          install(
              TestBundle.chaos(NAME + ".range", "ranged", 1000)
                  .header(
                      "Import-Package",
                      "io.sallyport.tls,io.sallyport.tls.stack;version=\""
                          + range
                          + "\",org.osgi.framework")
                  .build());
      try {
        bundle.start();
        fail("It was started with " + range);
      } catch (BundleException e) {
        assertEquals(e.getMessage(), BundleException.RESOLVE_ERROR, e.getType());
        assertTrue(e.getMessage(), e.getMessage().contains("io.sallyport.tls.stack"));
      }
      assertEquals(Bundle.INSTALLED, bundle.getState());
      assertTrue(platform.candidate("ranged").isEmpty());
      bundle.uninstall();
      installed.remove(bundle);
    }
  }

  private static String replaced(String text, String what, String by) {
    assertTrue("The API has " + what, text.contains(what));
    return text.replace(what, by);
  }

  private Bundle install(Path jar) throws BundleException {
    Bundle bundle = platform.install(jar);
    installed.add(bundle);
    return bundle;
  }
}
