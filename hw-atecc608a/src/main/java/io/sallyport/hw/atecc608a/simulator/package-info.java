/**
 * A chip in software, at packet level: what {@link io.sallyport.hw.atecc608a.packet.Wire} carries
 * to a real one can be sent to it, in process or by the kit protocol over TCP.
 *
 * <p>Modelled: AES (one block, GCM's product), CheckMac, Counter, DeriveKey, ECDH, GenDig (of the
 * configuration, the one-time programmable zone, data), GenKey, Info, Lock, MAC, Nonce, PrivWrite,
 * Random, Read, SelfTest, SHA (with HMAC and contexts), Sign, UpdateExtra (without the counter),
 * Verify (stored, external, validate, invalidate), Write. KDF and SecureBoot, and every mode that
 * is not modelled, are answered with a parse error, as a chip does that does not have it.
 */
package io.sallyport.hw.atecc608a.simulator;
