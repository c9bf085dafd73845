/** Help for tests of TLS stacks. */
package io.sallyport.testkit;
