package io.sallyport.hw.testkit;

import io.sallyport.hw.KeyHardware;
import io.sallyport.testkit.pki.KeyType;
import java.util.List;

/** The contract test with a key in software: what the providers have in common. */
final class EcP384SoftwareDeviceTest extends HardwareKeyContractTest {
  @Override
  protected String name() {
    return "software";
  }

  @Override
  protected KeyHardware hardware() {
    return new SoftwareDevice(List.of(KeyType.EC_P384.generate()));
  }
}
