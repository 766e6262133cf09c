"""What to change, in words: the line of a proxy's configuration, or the variable of ours.

Only sentences may come in here. Used by the checks beside it. deploy/nginx and deploy/caddy hold whole files.
"""

UPGRADE = (
    "In nginx, where /ws is passed on: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
    'proxy_set_header Connection "upgrade"; (deploy/nginx/tidings.conf). Caddy: a plain reverse_proxy does '
    "it; look for header_up lines that remove Upgrade or Connection. In a load balancer switch WebSockets on."
)
UPSTREAM = (
    "The proxy answers for a server it cannot reach: check proxy_pass (nginx) or reverse_proxy (Caddy) "
    "against TIDINGS_HOST and TIDINGS_PORT, and that the server runs."
)
PATH = "The proxy must pass on every path to Tidings, / and /ws alike: proxy_pass without a path of its own."
CERTIFICATE = "Renew the certificate, or name the whole chain: ssl_certificate …/fullchain.pem in nginx."
CLOCK = "Let the machine whose clock is wrong set it by NTP (timedatectl set-ntp true)."
TOO_MANY = (
    "Set TIDINGS_TRUSTED_PROXIES to the address of the proxy, so that visitors are told apart, or raise "
    "TIDINGS_MAX_UPGRADES_PER_MINUTE_PER_IP."
)
TRUSTED = "Set TIDINGS_TRUSTED_PROXIES to the address the proxy comes from, and let it send X-Forwarded-For."
BUFFERING = "Something holds back what is sent: proxy_buffering off; in nginx's location for /ws."
SLOW_COMMIT = "Look at the disk of the database, and at who else writes to it."
READY = "Run `python -m tidings doctor` on the server itself: it can say more about the database and Redis."
CREDENTIALS = "Give a name and its password: --name NAME --password-stdin."


def origin(url: str) -> str:
    """Return what makes the server accept pages of this address."""
    return f"Set TIDINGS_PUBLIC_URL={url}, or add {url} to TIDINGS_ALLOWED_ORIGINS."


def public_url(url: str) -> str:
    """Return what makes cookies and origins fit the address people type."""
    return f"Set TIDINGS_PUBLIC_URL={url}: it is what browsers type, with https or http as they do."


def idle(seconds: float) -> str:
    """Return how to let quiet connections live."""
    heartbeat_s = max(1, int(seconds * 0.6))
    return (
        "In nginx, where /ws is passed on: proxy_read_timeout 90s; proxy_send_timeout 90s; in HAProxy: "
        "timeout tunnel 1h; in a cloud's load balancer: an idle timeout over 60 s. If you cannot change it: "
        f"TIDINGS_HEARTBEAT_SECONDS={heartbeat_s}."
    )
