package io.sallyport.core.registry;

import io.sallyport.tls.stack.StackEvent;

/** Prints only what a test would not expect. */
public final class QuietEvents implements RegistryEvents {
  @Override
  public void happened(StackEvent event) {
    switch (event.type()) {
      case PROOF_FAILED, REFUSED, CONFIGURATION_FAILED, STACK_FAULT, ROLLED_BACK, SUSPECTED ->
          System.out.println(event.sentence());
      default -> {}
    }
  }
}
