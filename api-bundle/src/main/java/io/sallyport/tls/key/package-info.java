/**
 * What a provider of hardware keys implements and what the platform sees of it.
 *
 * <p>A provider publishes one {@link io.sallyport.tls.key.KeyProvider} as an OSGi service. Its
 * private keys are opaque: {@link java.security.Key#getEncoded} is null, and signatures are made by
 * a JCA provider that comes and goes with the bundle.
 */
@Export
@Version("0.1.0")
package io.sallyport.tls.key;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
