package io.sallyport.itest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that come again and again: each connects, gives and takes data, checks every byte,
 * leaves, and after a short while comes again. A visit that fails is noted and never repeated.
 */
final class LightLoad implements AutoCloseable {
  private static final long PAUSE_MS = 25;
  private static final long PATIENCE_S = 60;

  /** One visit of a client. */
  interface Visit {
    void perform() throws Exception;
  }

  private final List<Client> clients = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  /** One more client; it comes after {@link #resume}. */
  LightLoad with(String name, Visit visit) {
    clients.add(new Client(name, visit));
    return this;
  }

  void resume() {
    clients.forEach(Client::resume);
  }

  /** Lets nobody come any more; returns when the last one has left. */
  void pause() throws Exception {
    for (Client client : clients) {
      client.pause();
    }
  }

  /** Waits until each client has come and left since now, or one has failed. */
  void awaitOneOfEach() throws Exception {
    // A visit that is under way may have begun earlier, so two must end.
    List<Long> goals = clients.stream().map(client -> client.visits.get() + 2).toList();
    for (int i = 0; i < goals.size(); i++) {
      Client client = clients.get(i);
      long goal = goals.get(i);
      Await.until(
          "'" + client.name + "' comes again",
          () -> client.visits.get() >= goal || !failures.isEmpty());
    }
  }

  /** How often a client came, got what it wanted and left. */
  long visits() {
    return clients.stream().mapToLong(client -> client.visits.get()).sum();
  }

  /** One sentence for each visit that failed. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    clients.forEach(client -> client.thread.shutdownNow());
  }

  private final class Client {
    private final String name;
    private final Visit visit;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong visits = new AtomicLong();
    private ScheduledFuture<?> coming;

    Client(String name, Visit visit) {
      this.name = name;
      this.visit = visit;
    }

    void resume() {
      coming = thread.scheduleWithFixedDelay(this::come, 0, PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    void pause() throws Exception {
      coming.cancel(false);
      thread.submit(() -> {}).get(PATIENCE_S, TimeUnit.SECONDS); // After the last visit.
    }

    private void come() {
      try {
        visit.perform();
        visits.incrementAndGet();
      } catch (Exception | AssertionError e) {
        StringBuilder why = new StringBuilder(name + ", after " + visits + " visits: " + e);
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
          why.append(", by ").append(cause);
        }
        failures.add(why.toString());
      }
    }
  }
}
