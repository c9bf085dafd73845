/**
 * A chip in software, at packet level: what {@link io.sallyport.hw.atecc608a.packet.Wire} carries
 * to a real one can be sent to it, in process or by the kit protocol over TCP.
 *
 * <p>Modelled: Info, Random, Nonce, GenKey, Sign, Verify (stored and external), ECDH (without
 * encrypted output), Read, Write (without encryption), Lock, SHA (without HMAC and contexts),
 * Counter, SelfTest. Every other command is answered with a parse error, as a chip does that does
 * not have it: AES, CheckMac, DeriveKey, GenDig, KDF, MAC, PrivWrite, SecureBoot, UpdateExtra.
 */
package io.sallyport.hw.atecc608a.simulator;
