/**
 * What a provider of hardware keys builds on: it implements {@link io.sallyport.hw.KeyHardware} and
 * calls {@link io.sallyport.hw.HardwareBundle#open}; queueing, padding, hashing, the JCA provider
 * and the services are done here.
 *
 * <p>Arguments and results are never null.
 */
@Export
@Version("0.1.0")
package io.sallyport.hw;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
