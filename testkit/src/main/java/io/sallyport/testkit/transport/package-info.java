/** Transports in memory, well-behaved and otherwise. */
@Export
@Version("0.1.0")
package io.sallyport.testkit.transport;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
