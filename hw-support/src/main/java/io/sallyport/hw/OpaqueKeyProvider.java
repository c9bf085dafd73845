package io.sallyport.hw;

import java.security.Provider;
import java.util.Map;

/**
 * The JCA provider of one device: what SunJSSE, Bouncy Castle and Conscrypt ask of one so that each
 * can use keys without an encoding. It accepts that device's keys only, so that several devices can
 * stand side by side.
 */
final class OpaqueKeyProvider extends Provider {
  private static final long serialVersionUID = 1L;

  private interface Maker {
    Object make(ManagedDevice device);
  }

  private final transient ManagedDevice device;

  OpaqueKeyProvider(ManagedDevice device) {
    super("Sallyport-" + device.name(), "1", "Keys held by " + device.name());
    this.device = device;
    for (String hash : new String[] {"SHA256", "SHA384", "SHA512"}) {
      String digest = "SHA-" + hash.substring(3);
      put(
          "Signature",
          hash + "withECDSA",
          OpaqueEcKey.class,
          own -> new EcdsaSignature(own, digest));
      put("Signature", hash + "withRSA", OpaqueRsaKey.class, own -> new RsaSignature(own, digest));
    }
    put("Signature", "NONEwithECDSA", OpaqueEcKey.class, EcdsaSignature::ofDigest);
    put("Signature", "RSASSA-PSS", OpaqueRsaKey.class, PssSignature::new);
    put("Cipher", "RSA/ECB/NoPadding", OpaqueRsaKey.class, own -> new RsaCipher(own, false));
    put("Cipher", "RSA/ECB/PKCS1Padding", OpaqueRsaKey.class, own -> new RsaCipher(own, true));
  }

  private void put(String type, String algorithm, Class<?> keys, Maker maker) {
    putService(
        new Service(
            this,
            type,
            algorithm,
            OpaqueKeyProvider.class.getName(),
            null,
            Map.of("SupportedKeyClasses", keys.getName())) {
          @Override
          public Object newInstance(Object parameter) {
            return maker.make(device);
          }

          @Override
          public boolean supportsParameter(Object parameter) {
            return keys.isInstance(parameter) && ((OpaqueKey) parameter).device() == device;
          }
        });
  }
}
