/** The contract test of a provider of hardware keys. */
@Export
@Version("0.1.0")
package io.sallyport.hw.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
