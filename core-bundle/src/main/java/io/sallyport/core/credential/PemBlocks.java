package io.sallyport.core.credential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the blocks of a PEM file (RFC 7468), so that one bad block does not spoil the others. */
final class PemBlocks {
  private static final String BEGIN = "-----BEGIN ";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \\1-----", Pattern.DOTALL);

  private PemBlocks() {}

  /**
   * A block.
   *
   * @param label such as "CERTIFICATE"
   * @param text with its BEGIN and END lines
   */
  record Block(String label, String text) {}

  static boolean looksLikePem(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(BEGIN);
  }

  static List<Block> find(byte[] bytes) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group()));
    }
    return blocks;
  }
}
