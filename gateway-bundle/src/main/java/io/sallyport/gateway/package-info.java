/** The TLS gateway: routes by configuration. */
package io.sallyport.gateway;
