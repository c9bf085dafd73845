package io.sallyport.hw.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** SoftHSM with tokens of its own, in a folder. */
final class SoftHsm {
  static final String PIN = "246813";

  private static final String OFFICER = "9753108642";

  private final Path folder;
  private final Path library;
  private final Path tokens;
  private final Commands commands;

  private SoftHsm(Path folder, Path library) {
    this.folder = folder;
    this.library = library;
    this.tokens = folder.resolve("tokens");
    this.commands = new Commands(folder, Map.of("SOFTHSM2_CONF", configuration(folder).toString()));
  }

  /**
   * Makes the library of this process use a new folder.
   *
   * @param settings more lines for softhsm2.conf
   */
  static SoftHsm in(Path folder, String... settings) throws IOException {
    Path library = Needs.softHsmLibrary();
    SoftHsm softHsm = new SoftHsm(folder, library);
    Files.createDirectories(softHsm.tokens);
    Path configuration =
        Files.writeString(
            configuration(folder),
            "directories.tokendir = "
                + softHsm.tokens
                + "\nobjectstore.backend = file\nlog.level = ERROR\n"
                + String.join("\n", settings)
                + "\n");
    Environment.set("SOFTHSM2_CONF", configuration.toString());
    try (Cryptoki before = Cryptoki.load(library)) {
      before.finish(); // A test before may have used it with another folder.
    }
    return softHsm;
  }

  static Path configuration(Path folder) {
    return folder.resolve("softhsm2.conf");
  }

  Path library() {
    return library;
  }

  void token(String label) throws Exception {
    commands.run(
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        label,
        "--pin",
        PIN,
        "--so-pin",
        OFFICER);
  }

  /** A key with a certificate for itself, made by the JDK. */
  void key(String token, String name, List<String> kind) throws Exception {
    Path configuration = Files.createTempFile(folder, "sunpkcs11", ".cfg");
    Files.writeString(
        configuration,
        "name = fixture\nlibrary = "
            + library
            + "\nslot = "
            + slot(token)
            + "\nattributes(*,CKO_PRIVATE_KEY,*) = { CKA_TOKEN = true CKA_SENSITIVE = true"
            + " CKA_EXTRACTABLE = false CKA_SIGN = true }\n");
    String[] arguments =
        Stream.concat(
                Stream.of(
                    "-genkeypair", "-alias", name, "-dname", "CN=" + name, "-validity", "365"),
                kind.stream())
            .toArray(String[]::new);
    commands.keytool(configuration, PIN, arguments);
  }

  /** A key alone, of a kind as pkcs11-tool calls it. */
  void bareKey(String token, String kind, String label, String id) throws Exception {
    tool(token, "--keypairgen", "--key-type", kind, "--label", label, "--id", id);
  }

  /** The public half of a key alone. */
  PublicKey publicKey(String token, String label, String algorithm) throws Exception {
    Path file = folder.resolve("public.der");
    tool(
        token,
        "--read-object",
        "--type",
        "pubkey",
        "--label",
        label,
        "--output-file",
        file.toString());
    return KeyFactory.getInstance(algorithm)
        .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(file)));
  }

  /** A certificate in the token. */
  void certificate(String token, Path der, String label, String id) throws Exception {
    tool(token, "--write-object", der.toString(), "--type", "cert", "--label", label, "--id", id);
  }

  String tool(String token, String... arguments) throws Exception {
    return commands.run(
        Stream.concat(
                Stream.of(
                    "pkcs11-tool",
                    "--module",
                    library.toString(),
                    "--token-label",
                    token,
                    "--login",
                    "--pin",
                    PIN),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** The number of a token's slot. */
  long slot(String token) throws Exception {
    try (Cryptoki cryptoki = Cryptoki.load(library)) {
      cryptoki.initialise();
      // A library that is in use does not look for new tokens.
      cryptoki.finish();
      cryptoki.initialise();
      return cryptoki.tokens().stream()
          .filter(info -> info.label().equals(token))
          .findFirst()
          .orElseThrow()
          .slot();
    }
  }

  /** The folders of the tokens. */
  List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(tokens)) {
      return all.toList();
    }
  }

  /** Unplugs everything. */
  void takeAway() throws IOException {
    takeAway(tokens);
  }

  void bringBack() throws IOException {
    bringBack(tokens);
  }

  /** Unplugs one token. */
  void takeAway(Path files) throws IOException {
    Files.move(files, away(files), StandardCopyOption.ATOMIC_MOVE);
  }

  void bringBack(Path files) throws IOException {
    Files.move(away(files), files, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path away(Path files) {
    return folder.resolve(files.getFileName() + ".away");
  }

  /** What a configuration says. */
  Map<String, Object> settings(Path pinFile, Object... more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("library", library.toString());
    settings.put("pin.file", pinFile.toString());
    for (int i = 0; i < more.length; i += 2) {
      settings.put((String) more[i], more[i + 1]);
    }
    return settings;
  }

  static Path pinFile(Path folder, String pin) throws IOException {
    return Files.writeString(folder.resolve("pin"), pin + "\n");
  }
}
