package io.sallyport.tls.stack;

import io.sallyport.tls.TlsVersion;

/**
 * Something that the running configuration uses and a candidate cannot do.
 *
 * @param feature what
 * @param version TLS_1_2 or TLS_1_3
 * @param role the own side
 * @param usedBy name of the route or program that uses it
 * @param required whether the configuration asks for it, so that it cannot be served without;
 *     otherwise the active stack only does it, and connections go on without
 * @param sentence the same in words: who cannot do what, why, and who uses it
 */
public record ParityLoss(
    Feature feature,
    TlsVersion version,
    Role role,
    String usedBy,
    boolean required,
    String sentence) {}
