package io.sallyport.hw.ds;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a Digital Signature peripheral is to be. Immutable.
 *
 * @param chip the chip
 * @param hmacKey file of the eFuse key, 32 bytes
 * @param keyId which eFuse key that is, 0 to 5
 * @param parameters file of the default key's parameters; empty when connections bring theirs
 * @param certificate PEM file of the default key's certificates, leaf first; empty for none
 */
public record DsSettings(
    DsChip chip, Path hmacKey, int keyId, Optional<Path> parameters, Optional<Path> certificate) {}
