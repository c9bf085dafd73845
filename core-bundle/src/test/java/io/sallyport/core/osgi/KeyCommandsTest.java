package io.sallyport.core.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sallyport.core.key.FakeProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyCommandsTest {
  private final KeyCommands commands = new KeyCommands();

  @Test
  void tellsWhatToDoWhereThereIsNoProvider() {
    assertEquals(
        "There is no provider of hardware keys; configure one, such as io.sallyport.hw.pkcs11.",
        commands.keys());
  }

  @Test
  void showsKeysWhereTheDeviceIsThereAndTheReasonWhereItIsNot() {
    FakeProvider there = new FakeProvider("ecdsa", List.of());
    FakeProvider away = new FakeProvider("atecc608a", List.of());
    away.there = false;
    commands.bindProvider(there);
    commands.bindProvider(away);
    assertEquals(
        """
        PROVIDER   STATE        KEY     TYPE  CERTIFICATE  SIGNED  FAILED  DETAIL
        atecc608a  UNAVAILABLE  -       -     -            3       2       The device is away; plug it in.
        ecdsa      READY        slot 0  EC    CN=device    3       1
        """,
        commands.keys());
    commands.unbindProvider(there);
    commands.unbindProvider(away);
    tellsWhatToDoWhereThereIsNoProvider();
  }
}
