package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.hw.HeldKey;
import io.sallyport.testkit.peer.ForeignPeer;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSL makes the key and verifies the signatures; the peripheral signs. */
class OpensslTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "P-256, pkcs8, random",
    "P-256, sec1, deterministic",
    "P-384, sec1, random",
    "P-384, pkcs8, deterministic"
  })
  void verifies(String curve, String form, String nonce) throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    Path key = folder.resolve("key.pem");
    if (form.equals("pkcs8")) {
      openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-out", key);
    } else {
      String name = curve.equals("P-256") ? "prime256v1" : "secp384r1";
      openssl("ecparam", "-name", name, "-genkey", "-out", key);
    }
    Path file = folder.resolve("efuse.bin");
    KeyBlocks blocks = curve.equals("P-256") ? KeyBlocks.p256(6) : KeyBlocks.p384(6, 7);
    var publicKey =
        new EcdsaProvisioning("esp32c5", file)
            .burn(blocks, Files.readAllBytes(key), Protection.FULL);
    Path pem = folder.resolve("public.pem");
    Files.writeString(
        pem,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(publicKey.getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    HeldKey.Ec held =
        (HeldKey.Ec)
            new EcdsaHardware(
                    new EcdsaSettings(
                        "esp32c5",
                        file,
                        Optional.of(blocks),
                        Optional.empty(),
                        Nonce.of(nonce),
                        List.of()))
                .connect()
                .get(0);
    byte[] digest = new byte[blocks.curve().length()];
    for (int i = 0; i < 3; i++) {
      new SecureRandom().nextBytes(digest);
      Path hash = Files.write(folder.resolve("digest"), digest);
      Path signature = Files.write(folder.resolve("signature"), der(held.operation().sign(digest)));
      assertEquals(
          "Signature Verified Successfully",
          openssl(
              "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-in", hash, "-sigfile", signature));
    }
  }

  private static String openssl(Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(20, TimeUnit.SECONDS);
    assertEquals(0, process.exitValue(), output);
    return output.strip();
  }

  /** Ecdsa-Sig-Value (RFC 3279 section 2.2.3). */
  private static byte[] der(byte[] signature) {
    int length = signature.length / 2;
    ByteArrayOutputStream numbers = new ByteArrayOutputStream();
    for (int at : new int[] {0, length}) {
      byte[] number = new BigInteger(1, signature, at, length).toByteArray();
      numbers.write(2);
      numbers.write(number.length);
      numbers.writeBytes(number);
    }
    ByteArrayOutputStream sequence = new ByteArrayOutputStream();
    sequence.write(0x30);
    sequence.write(numbers.size());
    sequence.writeBytes(numbers.toByteArray());
    return sequence.toByteArray();
  }
}
