package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.Tls;
import io.sallyport.tls.stack.TlsStacks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.jar.JarFile;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** ESP-TLS's own example, as a bundle beside ours, on each stack. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ExampleIT {
  private static final String PID = "io.sallyport.examples.httpsrequest";
  private static final String JAR = "sallyport.example.jar";

  @Inject private Tls tls;
  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final TestPki pki = new TestPki();
  private HttpBackend server;
  private Path folder;
  private LogLines log;

  @Configuration
  public Option[] configuration() {
    return ContainerOptions.all(
        CoreOptions.bundle(Settings.example().toUri().toString()),
        CoreOptions.systemProperty(JAR).value(Settings.example().toString()));
  }

  @Before
  public void startServer() throws Exception {
    Await.until("three stacks are candidates", () -> stacks.candidates().size() == 3);
    server = HttpBackend.secure(JdkTls.context(pki.authorities(), pki.server));
    folder = Files.createTempDirectory(Settings.work(), "example");
    log = new LogLines(context);
  }

  @After
  public void stopServer() throws Exception {
    configurationAdmin.getConfiguration(PID, null).delete();
    log.close();
    server.close();
  }

  @Test
  public void theBundleIsOneClass() throws Exception {
    try (JarFile jar = new JarFile(Settings.example().toFile())) {
      assertEquals(
          List.of("io/sallyport/examples/httpsrequest/HttpsRequest.class"),
          jar.stream().map(Object::toString).filter(name -> name.endsWith(".class")).toList());
    }
  }

  @Test
  public void everyRequestIsAnsweredOnConscrypt() throws Exception {
    everyRequestIsAnsweredOn("conscrypt");
  }

  @Test
  public void everyRequestIsAnsweredOnJsse() throws Exception {
    everyRequestIsAnsweredOn("jsse");
  }

  @Test
  public void everyRequestIsAnsweredOnBouncyCastle() throws Exception {
    everyRequestIsAnsweredOn("bouncycastle");
  }

  private void everyRequestIsAnsweredOn(String stack) throws Exception {
    stacks.swap(stack);
    start(pki.ca);
    log.await("Finish https_request example: 5 of 5 requests were answered");
    for (String what :
        List.of(
            "a certificate bundle",
            "the CA certificates",
            "the global CA store",
            "a session to be saved",
            "the saved session")) {
      assertEquals(what, 1, log.count("https_request using " + what));
    }
    assertEquals(5, log.count("Connection established by " + stack));
    assertEquals(4, log.count("Connection established", "resumed: false"));
    assertEquals(1, log.count("Connection established", "resumed: true"));
    assertEquals(5, log.count("bytes read: HTTP/1.1 200"));
    assertTrue(tls.caStore().certificates().isEmpty());
  }

  @Test
  public void aServerThatIsNotTrustedIsNotSpokenTo() throws Exception {
    start(CertificateAuthority.root("CN=Another"));
    log.await("Finish https_request example: 0 of 5 requests were answered");
    assertEquals(4, log.count("Connection failed", "NOT_TRUSTED"));
    assertEquals(0, log.count("bytes written"));
  }

  private void start(CertificateAuthority trusted) throws Exception {
    byte[] pem = Pem.certificates(List.of(trusted.authorityCertificate()));
    Path ca = Files.write(folder.resolve("ca.pem"), pem);
    CertificateBundle roots = tls.credentials().certificateBundle(pem);
    Path bundle =
        Files.write(folder.resolve("x509_crt_bundle"), tls.credentials().certificateBundle(roots));
    Hashtable<String, Object> values = new Hashtable<>();
    values.put("url", "https://localhost:" + server.port() + "/hello");
    values.put("ca", ca.toString());
    values.put("bundle", bundle.toString());
    configurationAdmin.getConfiguration(PID, null).update(values);
  }
}
