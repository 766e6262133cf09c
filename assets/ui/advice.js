// What to change when the way to the server is blocked: the line of a proxy, or the variable of Tidings.
// Only sentences; tidings/doctor/advice.py has the same for the terminal.
// Used by doctor.jsx.

import { inWords } from "./words.js";

export const advice = {
  upgrade: () =>
    inWords(
      "The proxy must pass on the upgrade. In nginx, for /ws: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\"; In Caddy a plain reverse_proxy does it. In a load balancer switch WebSockets on.",
    ),
  upstream: () =>
    inWords("The proxy cannot reach the server: check proxy_pass (nginx) or reverse_proxy (Caddy), and that it runs."),
  clock: () => inWords("Let the machine whose clock is wrong set it by NTP."),
  ready: () => inWords("Run `python -m tidings doctor` on the server; it can say more."),
  buffering: () => inWords("Something holds back what is sent. In nginx, for /ws: proxy_buffering off;"),
  slowCommit: () => inWords("The database is slow: look at its disk, and at who else writes to it."),
  /** @param {string} origin */
  origin: (origin) =>
    inWords("Set TIDINGS_PUBLIC_URL={origin}, or add it to TIDINGS_ALLOWED_ORIGINS.", { origin }),
  /** @param {number} seconds */
  idle: (seconds) =>
    inWords(
      "In nginx, for /ws: proxy_read_timeout 90s; proxy_send_timeout 90s; In a load balancer: an idle timeout over 60 s. If it cannot be changed: TIDINGS_HEARTBEAT_SECONDS={heartbeat}.",
      { heartbeat: Math.max(1, Math.floor(seconds * 0.6)) },
    ),
};
