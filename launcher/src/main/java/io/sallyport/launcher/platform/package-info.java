/** Boots Apache Felix from the distribution's folder and gives access to its services. */
package io.sallyport.launcher.platform;
