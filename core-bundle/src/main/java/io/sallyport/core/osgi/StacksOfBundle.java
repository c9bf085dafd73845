package io.sallyport.core.osgi;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** The platform's stacks as one bundle uses them: so the gate knows who registers a stack. */
@Component(service = TlsStacks.class, scope = ServiceScope.BUNDLE)
public final class StacksOfBundle implements TlsStacks {
  private final Platform platform;
  private final Bundle user;

  /** Stands before the platform, for one bundle. */
  @Activate
  public StacksOfBundle(@Reference Platform platform, ComponentContext context) {
    this.platform = platform;
    this.user = context.getUsingBundle();
  }

  @Override
  public void register(@Nullable TlsStackOps ops) throws TlsException {
    platform.register(ops, user);
  }

  @Override
  public void unregister() throws TlsException {
    platform.unregister();
  }

  @Override
  public Optional<TlsStackOps> registered() {
    return platform.registered();
  }

  @Override
  public SwapResult swap(String target, SwapOptions options) throws TlsException {
    return platform.swap(target, options);
  }

  @Override
  public StagedSwap prepare(String target, SwapOptions options) throws TlsException {
    return platform.prepare(target, options);
  }

  @Override
  public StagedSwap trial(String target, int percent, SwapOptions options) throws TlsException {
    return platform.trial(target, percent, options);
  }

  @Override
  public SwapResult commit() throws TlsException {
    return platform.commit();
  }

  @Override
  public void abort() throws TlsException {
    platform.abort();
  }

  @Override
  public Optional<StagedSwap> staged() {
    return platform.staged();
  }

  @Override
  public void readmit(String name) throws TlsException {
    platform.readmit(name);
  }

  @Override
  public Optional<String> refusal(TlsStackOps ops, long bundleId) {
    return platform.refusal(ops, bundleId);
  }

  @Override
  public List<StackEvent> events(int limit) {
    return platform.events(limit);
  }

  @Override
  public List<StackDTO> candidates() {
    return platform.candidates();
  }

  @Override
  public List<ConnectionDTO> connections(int limit) {
    return platform.connections(limit);
  }
}
