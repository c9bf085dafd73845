/** Names in certificates and how they are matched. Private to this bundle. */
package io.sallyport.tls.names;
