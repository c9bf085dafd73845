package io.sallyport.launcher.platform;

import io.sallyport.tls.stack.PassedOverStack;

/** One stack that is passed over. */
record PassedOver(String name, String bundle, String bundleVersion, String reason, long since)
    implements PassedOverStack {}
