/** Declarative Services: publishes the platform, follows the stacks, takes its configuration. */
package io.sallyport.core.osgi;
