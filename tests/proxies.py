"""A real nginx with the configuration of deploy/, changed only in what is this machine's: ports, certificate.

No assertion about answers comes in here. Used by the tests of deploy/ and by the faults' rolling deploys.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tests.running import ROOT

MAIN = """
daemon off; worker_processes 1; pid {place}/pid; error_log {place}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    include {place}/tidings.conf;
}}
"""
CERTIFICATE = "/etc/letsencrypt/live/news.example.org"
REQUEST = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"


def with_tls(place: Path, port: int, plain_port: int, first: int, second: int) -> list[str]:
    """Write the configuration with a certificate of our own making; return the command that runs nginx."""
    pair = ["-keyout", str(place / "key.pem"), "-out", str(place / "cert.pem")]
    subprocess.run([*REQUEST.split(), *pair], check=True, capture_output=True)
    changes = {
        "listen 80;": f"listen {plain_port};",
        "listen 443 ssl http2;": f"listen {port} ssl http2;",
        f"{CERTIFICATE}/fullchain.pem": str(place / "cert.pem"),
        f"{CERTIFICATE}/privkey.pem": str(place / "key.pem"),
    }
    return _command(place, first, second, changes)


def without_tls(place: Path, port: int, first: int, second: int) -> list[str]:
    """Write the configuration for plain HTTP on one port: ciphering would only slow a storm."""
    changes = {
        "listen 80;": f"listen unix:{place}/detour;",  # to https; nobody goes there
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        f"    ssl_certificate     {CERTIFICATE}/fullchain.pem;\n": "",
        f"    ssl_certificate_key {CERTIFICATE}/privkey.pem;\n": "",
    }
    return _command(place, first, second, changes)


def _command(place: Path, first: int, second: int, changes: dict[str, str]) -> list[str]:
    text = (ROOT / "deploy/nginx/tidings.conf").read_text()
    everywhere = {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "127.0.0.1:3000": f"127.0.0.1:{first}",
        "127.0.0.1:3001": f"127.0.0.1:{second}",
        "server_name news.example.org": "server_name localhost",
        "/var/cache/nginx/tidings": str(place / "cache"),
    }
    for old, new in (everywhere | changes).items():
        assert old in text, old
        text = text.replace(old, new)
    (place / "tidings.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(MAIN.format(place=place, user=user))
    return [nginx(), "-p", str(place), "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")]


def nginx() -> str:
    """Return where the program is; Debian keeps it off the PATH of all but root."""
    return shutil.which("nginx") or "/usr/sbin/nginx"
