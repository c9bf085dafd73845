package io.sallyport.core.credential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the blocks of a PEM file (RFC 7468), so that one bad block does not spoil the others. */
final class PemBlocks {
  private static final String BEGIN = "-----BEGIN ";
  private static final Pattern BEGIN_LINE = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

  private PemBlocks() {}

  /**
   * A block.
   *
   * @param label such as "CERTIFICATE"
   * @param text with its BEGIN and END lines; without the END line when the input has none
   * @param complete whether its END line is there
   */
  record Block(String label, String text, boolean complete) {}

  static boolean looksLikePem(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(BEGIN);
  }

  /** All blocks; one that was cut short ends before the next one begins. */
  static List<Block> find(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    Matcher begin = BEGIN_LINE.matcher(text);
    for (int from = 0; begin.find(from); ) {
      int next = text.indexOf(BEGIN, begin.end());
      String rest = text.substring(begin.start(), next < 0 ? text.length() : next);
      String endLine = "-----END " + begin.group(1) + "-----";
      int end = rest.indexOf(endLine);
      blocks.add(
          new Block(
              begin.group(1),
              end < 0 ? rest : rest.substring(0, end + endLine.length()),
              end >= 0));
      from = begin.start() + rest.length();
    }
    return blocks;
  }
}
