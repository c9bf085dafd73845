package io.sallyport.examples.firedrill;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The stack {@code firedrill}: JSSE, until its configuration tells it to fail. It is never selected
 * by rank while another one is there.
 */
@Component(
    service = TlsStackOps.class,
    configurationPid = "io.sallyport.examples.firedrill",
    property = {"sallyport.stack=firedrill", "service.ranking:Integer=-1000"})
@Designate(ocd = FireDrillSettings.class)
public final class FireDrill implements TlsStackOps {
  private final TlsStackOps below;
  private volatile Fault fault;

  /** Begins on top of JSSE. */
  @Activate
  public FireDrill(
      @Reference(target = "(sallyport.stack=jsse)") TlsStackOps below, FireDrillSettings settings) {
    this.below = below;
    this.fault = Fault.of(settings.fault());
  }

  @Modified
  void modified(FireDrillSettings settings) {
    fault = Fault.of(settings.fault());
  }

  @Override
  public int version() {
    return OPS_VERSION;
  }

  @Override
  public String name() {
    return "firedrill";
  }

  @Override
  public String libraryVersion() {
    return below.libraryVersion();
  }

  @Override
  public Capabilities capabilities() {
    return below.capabilities();
  }

  @Override
  public TlsStackContext prepare(TlsConfig config) throws TlsException {
    if (fault == Fault.PROOF) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED, "This is a drill: it prepares no configuration.");
    }
    return new DrilledContext(below.prepare(config), () -> fault);
  }

  @Override
  public CaStoreOps caStore() {
    return below.caStore();
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return below.cipherSuites();
  }
}
