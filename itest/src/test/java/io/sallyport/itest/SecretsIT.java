package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.Delay;
import io.sallyport.hw.atecc608a.driver.Points;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.KitServer;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.ds.DsChip;
import io.sallyport.hw.ds.DsProvisioning;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.Test;

/**
 * A gateway whose keys are in hardware has none of them in its memory: its whole heap, with the
 * garbage, and all that it printed are searched after it has signed on every stack.
 */
public class SecretsIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");

  /** Where slot 0 has its private key in the simulator's file: header, zones, padding. */
  private static final int KEY_OFFSET = 22 + 128 + 64 + 4;

  private static final int PART = 32;

  private final TestPki pki = new TestPki();
  private Path folder;

  @Test
  public void neitherHeapNorOutputHoldsAPrivateKey() throws Exception {
    folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "secrets");
    Files.write(folder.resolve("ca.pem"), Pem.certificates(pki.authorities()));
    RSAPrivateKey rsa = provisionDs();
    Path state = folder.resolve("chip");
    try (Backend backend = Backend.plain();
        Atecc608Simulator chip = Atecc608Simulator.open(state, Layout.TRUST_AND_GO);
        KitServer kit =
            KitServer.start(chip, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      ECPublicKey slot0;
      try (Atecc608 driver = new Atecc608(chip.wire(), Delay.REAL)) {
        slot0 = Points.key(driver.publicKey(0));
      }
      certify("atecc608a", slot0);
      try (Gateway gateway = Gateway.run(configuration("conscrypt", kit, backend))) {
        int ds = gateway.port("ds");
        int element = gateway.port("atecc608a");
        for (String stack : STACKS) {
          int known = gateway.said();
          gateway.configure(configuration(stack, kit, backend));
          if (!stack.equals(STACKS.get(0))) {
            gateway.awaitAfter(known, "Stack " + stack, "is active");
          }
          for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            connect(ds, version);
            connect(element, version);
          }
        }
        byte[] heap = dump(gateway.pid());
        byte[] output =
            String.join("\n", gateway.since(0).toList()).getBytes(StandardCharsets.UTF_8);

        // What is public must be found: else the search itself would be at fault.
        byte[] known = bytes(slot0.getW().getAffineX());
        assertEquals("the public key is in the heap", 1, found(Map.of("X", known), heap).size());

        Map<String, byte[]> secrets = new LinkedHashMap<>();
        byte[] chipState = Files.readAllBytes(state);
        byte[] slotKey = Arrays.copyOfRange(chipState, KEY_OFFSET, KEY_OFFSET + PART);
        assertTrue("it is slot 0's key", belongTogether(slotKey, slot0));
        forms("slot 0", slotKey, secrets);
        forms("eFuse key", Files.readAllBytes(folder.resolve("hmac.key")), secrets);
        byte[] exponent = bytes(rsa.getPrivateExponent());
        forms("exponent, begin", Arrays.copyOf(exponent, PART), secrets);
        forms("exponent, middle", Arrays.copyOfRange(exponent, 128, 128 + PART), secrets);
        forms("prime", Arrays.copyOf(bytes(prime(rsa)), PART), secrets);
        assertEquals(List.of(), found(secrets, heap));
        assertEquals(List.of(), found(secrets, output));
      }
    }
  }

  private static boolean belongTogether(byte[] scalar, ECPublicKey publicKey) throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(
        KeyFactory.getInstance("EC")
            .generatePrivate(
                new ECPrivateKeySpec(new BigInteger(1, scalar), publicKey.getParams())));
    signer.update(scalar);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(publicKey);
    verifier.update(scalar);
    return verifier.verify(signature);
  }

  private RSAPrivateKey provisionDs() throws Exception {
    KeyPair pair = KeyType.RSA_2048.generate();
    RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
    DsProvisioning.write(DsChip.ESP32S3, key, folder.resolve("hmac.key"), folder.resolve("ds.bin"));
    certify("ds", pair.getPublic());
    return key;
  }

  private static BigInteger prime(RSAPrivateKey key) {
    return ((RSAPrivateCrtKey) key).getPrimeP();
  }

  private void certify(String name, PublicKey key) throws Exception {
    KeyPair pair = new KeyPair(key, pki.client.key()); // The private half is not looked at.
    Files.write(
        folder.resolve(name + ".pem"),
        Pem.certificates(pki.ca.certificate().dns("localhost").key(pair).issue().chain()));
  }

  private String configuration(String stack, KitServer kit, Backend backend) {
    return """
        {
          "io.sallyport.core": { "stack": "%s" },
          "io.sallyport.hw.atecc608a": {
            "transport": "kit-tcp", "address": "127.0.0.1:%d", "certificate": "%s" },
          "io.sallyport.hw.ds": {
            "hmac.key.file": "%s", "parameters.file": "%s", "certificate": "%s" },
          "io.sallyport.gateway.route~atecc608a": {
            "mode": "terminate", "listen": "127.0.0.1:0", "target": "%s",
            "server.hardware.key": "atecc608a", "server.client.ca": "%s" },
          "io.sallyport.gateway.route~ds": {
            "mode": "terminate", "listen": "127.0.0.1:0", "target": "%s",
            "server.hardware.key": "ds", "server.client.ca": "%s" }
        }
        """
        .formatted(
            stack,
            kit.port(),
            folder.resolve("atecc608a.pem"),
            folder.resolve("hmac.key"),
            folder.resolve("ds.bin"),
            folder.resolve("ds.pem"),
            backend.address(),
            folder.resolve("ca.pem"),
            backend.address(),
            folder.resolve("ca.pem"));
  }

  private void connect(int port, String version) throws Exception {
    SSLContext context = JdkTls.context(pki.authorities(), pki.client);
    try (SSLSocket socket = JdkTls.connect(context, port, version)) {
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
    }
  }

  private byte[] dump(long pid) throws Exception {
    Path file = folder.resolve("heap.hprof");
    Tool.Result result =
        Tool.run(
            "",
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(pid),
            "GC.heap_dump",
            "-all",
            file.toString());
    assertEquals(result.text(), 0, result.exit());
    byte[] heap = Files.readAllBytes(file);
    Files.delete(file);
    return heap;
  }

  private static byte[] bytes(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  /** As bytes and as words, in both orders, and as text. */
  private static void forms(String name, byte[] secret, Map<String, byte[]> into) {
    byte[] reversed = new byte[secret.length];
    byte[] words = new byte[secret.length];
    for (int i = 0; i < secret.length; i++) {
      reversed[i] = secret[secret.length - 1 - i];
      words[i] = secret[(secret.length / 4 - 1 - i / 4) * 4 + i % 4];
    }
    into.put(name, secret);
    into.put(name + ", reversed", reversed);
    into.put(name + ", words reversed", words);
    String hex = HexFormat.of().formatHex(secret);
    into.put(name + ", hexadecimal", hex.getBytes(StandardCharsets.US_ASCII));
    into.put(
        name + ", upper case", hex.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
  }

  private static List<String> found(Map<String, byte[]> secrets, byte[] where) {
    List<String> found = new ArrayList<>();
    secrets.forEach(
        (name, secret) -> {
          if (contains(where, secret)) {
            found.add(name);
          }
        });
    return found;
  }

  private static boolean contains(byte[] all, byte[] part) {
    for (int i = 0; i <= all.length - part.length; i++) {
      if (all[i] == part[0]
          && all[i + 1] == part[1]
          && Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
