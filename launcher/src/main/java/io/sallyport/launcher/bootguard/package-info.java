/**
 * Remembers how stacks started, so that one which takes the process down is passed over at the next
 * start. Knows nothing of OSGi.
 */
package io.sallyport.launcher.bootguard;
