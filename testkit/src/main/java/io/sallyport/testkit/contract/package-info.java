/**
 * What every TLS stack must do, as tests: extend {@link
 * io.sallyport.testkit.contract.StackContractTest} in the stack's own tests.
 */
@Export
@Version("0.1.0")
package io.sallyport.testkit.contract;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
