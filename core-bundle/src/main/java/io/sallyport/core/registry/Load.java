package io.sallyport.core.registry;

import io.sallyport.tls.stack.HandshakesDTO;

/**
 * What the activations of a candidate carry.
 *
 * @param connections how many connections there are
 * @param draining how many of them belong to retired activations
 * @param handshakes what became of the handshakes of the latest activation
 */
record Load(int connections, int draining, HandshakesDTO handshakes) {}
