package io.sallyport.hw.testkit;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.hw.KeyHardware;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A device made of software, which can be unplugged, be slow, and refuse. */
public final class SoftwareDevice implements KeyHardware {
  /** What goes wrong. */
  public enum Trouble {
    /** Nothing does. */
    NONE,
    /** It is not there. */
    UNPLUGGED,
    /** It is there, and refuses to sign. */
    REFUSING,
    /** It is there, and does not answer until it is interrupted. */
    HANGING,
    /** It forgets its session once, as after a reset. */
    RESET
  }

  private static final int FAR_TOO_LONG_SECONDS = 600;

  private final List<KeyPair> pairs;
  private final AtomicInteger connects = new AtomicInteger();
  private volatile Trouble trouble = Trouble.NONE;

  /** A device with these keys, named "0", "1" and so on. */
  public SoftwareDevice(List<KeyPair> pairs) {
    this.pairs = List.copyOf(pairs);
  }

  /** Sets what goes wrong from now on. */
  public void trouble(Trouble now) {
    trouble = now;
  }

  /** How often it has been connected. */
  public int connects() {
    return connects.get();
  }

  @Override
  public List<HeldKey> connect() throws IOException {
    if (trouble == Trouble.UNPLUGGED) {
      throw new IOException("The device is not plugged in; plug it in.");
    }
    connects.incrementAndGet();
    return IntStream.range(0, pairs.size()).mapToObj(this::held).toList();
  }

  private HeldKey held(int index) {
    KeyPair pair = pairs.get(index);
    String id = String.valueOf(index);
    return pair.getPublic() instanceof ECPublicKey ec
        ? new HeldKey.Ec(id, ec, List.of(), List.of(), digest -> sign(pair, digest))
        : new HeldKey.Rsa(
            id,
            (RSAPublicKey) pair.getPublic(),
            List.of(),
            List.of(),
            block -> exponentiate(pair, block));
  }

  private void work() throws IOException {
    switch (trouble) {
      case NONE -> {}
      case UNPLUGGED -> throw new DeviceLostException("The device was unplugged; plug it in.");
      case REFUSING ->
          throw new TlsException(TlsErrorCode.SE_FAILED, "The device refuses; ask its maker.");
      case RESET -> {
        trouble = Trouble.NONE;
        throw new DeviceLostException("The device was reset.");
      }
      case HANGING -> {
        try {
          TimeUnit.SECONDS.sleep(FAR_TOO_LONG_SECONDS);
        } catch (InterruptedException e) {
          throw new IOException("The operation was given up.", e);
        }
      }
    }
  }

  private byte[] sign(KeyPair pair, byte[] digest) throws IOException {
    work();
    try {
      Signature signature = Signature.getInstance("NONEwithECDSAinP1363Format", "SunEC");
      signature.initSign(pair.getPrivate());
      signature.update(digest);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private byte[] exponentiate(KeyPair pair, byte[] block) throws IOException {
    work();
    RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
    byte[] result =
        new BigInteger(1, block).modPow(key.getPrivateExponent(), key.getModulus()).toByteArray();
    byte[] fitted = new byte[block.length];
    int used = Math.min(result.length, fitted.length);
    System.arraycopy(result, result.length - used, fitted, fitted.length - used, used);
    return fitted;
  }

  @Override
  public void close() {
    // There is nothing to let go.
  }
}
