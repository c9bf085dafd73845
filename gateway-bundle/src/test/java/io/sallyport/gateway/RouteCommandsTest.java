package io.sallyport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteCommandsTest {
  private static final String LINE = System.lineSeparator();
  private final RouteCommands commands = new RouteCommands();

  private static RouteStatus route(String name, String problem) {
    RouteDTO dto = new RouteDTO();
    dto.name = name;
    dto.mode = "terminate";
    dto.listen = "127.0.0.1:8443";
    dto.target = "127.0.0.1:80";
    dto.state = RouteState.LISTENING;
    dto.open = 3;
    dto.maxConnections = 10;
    dto.accepted = 12;
    dto.problem = problem;
    dto.lastError = "127.0.0.1:9: gone [FAIL]";
    dto.errors = Map.of("FAIL", 2L);
    return new RouteStatus() {
      @Override
      public RouteDTO status() {
        return dto;
      }

      @Override
      public void reload() {
        dto.accepted++;
      }
    };
  }

  @Test
  void routesAreAnAlignedTableInOrderOfTheirNames() {
    commands.bindRoute(route("web", ""));
    commands.bindRoute(route("b", "Route b: no."));
    assertEquals(
        String.join(
            LINE,
            "name  mode       listen          target        state      open  accepted  failed"
                + "  bytes in  bytes out  last error",
            "b     terminate  127.0.0.1:8443  127.0.0.1:80  LISTENING  3     12        0     "
                + "  0         0          Route b: no.",
            "web   terminate  127.0.0.1:8443  127.0.0.1:80  LISTENING  3     12        0     "
                + "  0         0          127.0.0.1:9: gone [FAIL]"),
        commands.routes());
  }

  @Test
  void aTableWithoutRoutesIsASentence() {
    assertEquals("No route is configured.", commands.routes());
  }

  @Test
  void oneRouteIsShownInFull() {
    commands.bindRoute(route("web", ""));
    String text = commands.route("web");
    assertEquals(true, text.contains("open               3 of 10" + LINE), text);
    assertEquals(true, text.contains("errors             {FAIL=2}" + LINE), text);
  }

  @Test
  void aRouteReadsItsFilesAgain() {
    RouteStatus web = route("web", "");
    commands.bindRoute(web);
    assertEquals("Route web has read its files again.", commands.reload("web"));
    assertEquals(13, web.status().accepted);
  }

  @Test
  void anUnknownRouteIsASentence() {
    assertEquals(
        "There is no route 'x'; tls:routes lists them.",
        assertThrows(IllegalArgumentException.class, () -> commands.route("x")).getMessage());
  }
}
