package io.sallyport.hw.atecc608a;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.hw.HeldKey;
import io.sallyport.hw.atecc608a.certificate.Pem;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.testkit.peer.ForeignPeer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The certificates that come with a chip, and those that its owner stores. */
class OwnChainTest {
  @TempDir private Path folder;

  private interface Work<T> {
    T with(Atecc608 chip) throws Exception;
  }

  private <T> T on(Layout layout, Work<T> work) throws Exception {
    try (Atecc608Simulator simulator = Atecc608Simulator.open(state(layout), layout);
        Atecc608 chip = new Atecc608(simulator.wire(), millis -> {})) {
      return work.with(chip);
    }
  }

  private Path state(Layout layout) {
    return folder.resolve(layout.toString());
  }

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @ParameterizedTest
  @EnumSource(
      value = Layout.class,
      names = {"TRUST_AND_GO", "TRUSTFLEX"})
  void aNewChipHasAChainToItsOwnRoot(Layout layout) throws Exception {
    List<X509Certificate> chain = on(layout, chip -> new Atecc608aTool(chip).chain(0));
    X509Certificate root = read(Atecc608Simulator.rootOf(state(layout)));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    String serial =
        on(
            layout,
            chip -> HexFormat.of().withUpperCase().formatHex(ChipMemory.serial(chip.config())));
    assertEquals(
        "CN=sn" + serial + ",O=Sallyport Simulator",
        chain.get(0).getSubjectX500Principal().getName());
    assertTrue(chain.get(1).getSubjectX500Principal().getName().startsWith("CN=Simulated Signer "));
    assertEquals(layout == Layout.TRUST_AND_GO, chain.get(0).getSubjectAlternativeNames() != null);
  }

  @ParameterizedTest
  @EnumSource(
      value = Layout.class,
      names = {"TRUST_AND_GO", "TRUSTFLEX"})
  void opensslTakesTheChain(Layout layout) throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    List<X509Certificate> chain = on(layout, chip -> new Atecc608aTool(chip).chain(0));
    Path leaf = Files.writeString(folder.resolve("leaf.pem"), Pem.certificate(chain.get(0)));
    Path signer = Files.writeString(folder.resolve("signer.pem"), Pem.certificate(chain.get(1)));
    String verified =
        run(
            "openssl",
            "verify",
            "-x509_strict",
            "-CAfile",
            Atecc608Simulator.rootOf(state(layout)).toString(),
            "-untrusted",
            signer.toString(),
            leaf.toString());
    assertTrue(verified.contains("leaf.pem: OK"), verified);
    String text = run("openssl", "x509", "-noout", "-text", "-in", leaf.toString());
    assertTrue(text.contains("Digital Signature, Key Agreement"), text);
    assertEquals(layout == Layout.TRUST_AND_GO, text.contains("eui48_"), text);
  }

  /** What {@code cert} prints is text for people, and PEM for programs. */
  @Test
  void programsReadThePrintedChain() throws Exception {
    List<X509Certificate> chain = on(Layout.TRUST_AND_GO, chip -> new Atecc608aTool(chip).chain(0));
    String text = on(Layout.TRUST_AND_GO, chip -> new Atecc608aTool(chip).cert(0));
    Path printed = Files.writeString(folder.resolve("printed"), text);
    try (InputStream in = Files.newInputStream(printed)) {
      assertEquals(
          chain, List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in)));
    }
    assertTrue(text.contains("verifies  yes, by the next one"), text);
    String info = on(Layout.TRUST_AND_GO, chip -> new Atecc608aTool(chip).info());
    assertTrue(info.contains("cert      for slot 0, CN=sn0123"), info);
  }

  @Test
  void theProviderUsesTheChipsOwnCertificates() throws Exception {
    WireOpener opener = new SimulatedWire(state(Layout.TRUST_AND_GO), Layout.TRUST_AND_GO);
    List<String> warnings = new ArrayList<>();
    try (Atecc608aHardware hardware =
        new Atecc608aHardware(opener, 0, Optional.empty(), warnings::add)) {
      List<HeldKey> keys = hardware.connect();
      assertEquals(2, keys.get(0).certificates().size());
      assertArrayEquals(
          keys.get(0).publicKey().getEncoded(),
          keys.get(0).certificates().get(0).getPublicKey().getEncoded());
      assertEquals(List.of(), keys.get(1).certificates());
      assertEquals(List.of(), warnings);
    } finally {
      opener.close();
    }
  }

  /** A key whose certificates are of no use here is still a key. */
  @Test
  void theProviderSaysWhyItDoesNotUseThem() throws Exception {
    WireOpener opener = new SimulatedWire(state(Layout.TRUSTFLEX), Layout.TRUSTFLEX);
    List<String> warnings = new ArrayList<>();
    try (Atecc608aHardware hardware =
        new Atecc608aHardware(opener, 2, Optional.empty(), warnings::add)) {
      assertEquals(List.of(), hardware.connect().get(0).certificates());
      assertEquals(1, warnings.size());
      assertTrue(warnings.get(0).contains("does not verify under the signer's key"));
    } finally {
      opener.close();
    }
  }

  @Test
  void aBlankChipHasNone() throws Exception {
    on(
        Layout.TRUSTCUSTOM,
        chip -> {
          Atecc608aTool tool = new Atecc608aTool(chip);
          tool.provision(0);
          assertEquals("The chip holds no certificate.\n", tool.cert(0));
          return tool;
        });
  }

  /** The owner's authority is OpenSSL's; what it issues is stored, and comes back. */
  @Test
  void anIssuedCertificateIsStored() throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    Path csr = folder.resolve("device.csr");
    String request =
        on(
            Layout.TRUSTCUSTOM,
            chip -> {
              Atecc608aTool tool = new Atecc608aTool(chip);
              tool.provision(3);
              return tool.csr(3, new X500Principal("CN=device,O=Example"));
            });
    Files.writeString(csr, request);
    Path chain = opensslIssues(csr, "20260102030000Z", "20460102030000Z");
    on(
        Layout.TRUSTCUSTOM,
        chip -> {
          Atecc608aTool tool = new Atecc608aTool(chip);
          tool.store(3, chain);
          assertTrue(tool.info().contains("cert      for slot 3, "), tool.info());
          tool.store(3, chain); // Again, as after a renewal.
          return tool;
        });
    List<X509Certificate> read = on(Layout.TRUSTCUSTOM, chip -> new Atecc608aTool(chip).chain(3));
    try (InputStream in = Files.newInputStream(chain)) {
      assertEquals(
          read, List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in)));
    }
    Path other = opensslIssues(csr, "20260102030001Z", "20460102030001Z");
    IOException refusal =
        assertThrows(
            IOException.class,
            () ->
                on(
                    Layout.TRUSTCUSTOM,
                    chip -> {
                      new Atecc608aTool(chip).store(3, other);
                      return chip;
                    }));
    assertTrue(refusal.getMessage().contains("no full hour"), refusal.getMessage());
    assertEquals(read, on(Layout.TRUSTCUSTOM, chip -> new Atecc608aTool(chip).chain(3)));
  }

  @Test
  void nothingIsStoredOnAChipThatComesWithItsOwn() throws Exception {
    Path any = Files.writeString(folder.resolve("any.pem"), "");
    IOException refusal =
        assertThrows(
            IOException.class,
            () ->
                on(
                    Layout.TRUSTFLEX,
                    chip -> {
                      new Atecc608aTool(chip).store(0, any);
                      return chip;
                    }));
    assertTrue(refusal.getMessage().contains("TrustFLEX chip, which comes with"));
  }

  private Path opensslIssues(Path csr, String begin, String end) throws Exception {
    Path ca = Files.createTempDirectory(folder, "ca");
    Files.writeString(
        ca.resolve("ca.cnf"),
        """
        [req]
        distinguished_name = dn
        prompt = no
        [dn]
        O = Example
        CN = Example Signer FFFF
        [ca]
        default_ca = signer
        [signer]
        dir = .
        database = index.txt
        new_certs_dir = .
        rand_serial = yes
        default_md = sha256
        policy = any
        email_in_dn = no
        unique_subject = no
        [any]
        commonName = supplied
        organizationName = optional
        [signer_ext]
        keyUsage = critical, digitalSignature, keyCertSign, cRLSign
        basicConstraints = critical, CA:TRUE, pathlen:0
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid:always
        [device_ext]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature, keyAgreement
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid:always
        """);
    Files.writeString(ca.resolve("index.txt"), "");
    in(ca, "openssl ecparam -name prime256v1 -genkey -noout -out signer.key");
    in(ca, "openssl req -new -config ca.cnf -key signer.key -out signer.csr");
    String dates = " -startdate 20250101000000Z -enddate 20550101000000Z";
    in(
        ca,
        "openssl ca -batch -notext -config ca.cnf -selfsign -keyfile signer.key -in signer.csr"
            + " -extensions signer_ext -out signer.pem"
            + dates);
    in(
        ca,
        "openssl ca -batch -notext -config ca.cnf -cert signer.pem -keyfile signer.key -in "
            + csr
            + " -extensions device_ext -out device.pem -startdate "
            + begin
            + " -enddate "
            + end);
    return Files.writeString(
        ca.resolve("chain.pem"),
        Files.readString(ca.resolve("device.pem")) + Files.readString(ca.resolve("signer.pem")));
  }

  private static void in(Path directory, String command) throws Exception {
    Process process =
        new ProcessBuilder(command.split(" "))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
