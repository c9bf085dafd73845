/** Programs of other TLS libraries, and connections with them. */
@Export
@Version("0.1.0")
package io.sallyport.testkit.peer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
