/** Client sessions as sealed bytes. */
package io.sallyport.core.session;
