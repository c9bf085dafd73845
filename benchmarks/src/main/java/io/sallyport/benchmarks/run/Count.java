package io.sallyport.benchmarks.run;

/**
 * What a load of the driver has done so far.
 *
 * @param done handshakes, bytes or connections
 * @param failed connections that did not do what they should
 * @param lastFailure what the last of those said
 */
record Count(long done, long failed, String lastFailure) {

  static Count parse(String answer) {
    String[] words = answer.split(" ", 3);
    return new Count(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]);
  }
}
