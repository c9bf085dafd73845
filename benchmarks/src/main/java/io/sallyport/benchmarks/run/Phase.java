package io.sallyport.benchmarks.run;

import java.io.IOException;

/** One kind of measurement, over all subjects in turns. */
interface Phase {

  /**
   * Measures. A subject that fails is given up, the others go on.
   *
   * @throws IOException if something fails that no subject is to blame for
   */
  void run(Bench bench) throws IOException, InterruptedException;
}
