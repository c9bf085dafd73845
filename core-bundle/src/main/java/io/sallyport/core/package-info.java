/** The platform behind the API. */
package io.sallyport.core;
