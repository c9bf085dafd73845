package io.sallyport.launcher.bootguard;

/** How a stack is to be started. */
public enum Verdict {
  /** It has started well before: together with others. */
  KNOWN,
  /** Nothing is known of it: no other one may start at the same time. */
  NEW,
  /** It may have ended the JVM: alone, from its start to the end of its first proof. */
  SUSPECT,
  /** Not this time. */
  PASSED_OVER
}
