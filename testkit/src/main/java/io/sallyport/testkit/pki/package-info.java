/**
 * Certificates for tests and demonstrations: authorities, chains, and certificates that are wrong
 * in one particular way. Not for production.
 */
@Export
@Version("0.1.0")
package io.sallyport.testkit.pki;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
