"""Access control: accept only requests from the dashboard's own pages in a browser on this machine.

The server listens on the loopback address only. However, any page that is open in the browser can send
requests there (cross-site request forgery), and a foreign host name can be made to resolve to it (DNS
rebinding). Therefore a request must name this machine as its host, and requests that change state must come
from the dashboard's own page. The port may differ from the server's, for example behind an SSH tunnel.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.dashboard.texts import say

HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
MAX_BYTES: Final = 64 * 1024
"""Maximum size of a request body in bytes, about ten times the size of the complete form."""
SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Response headers that forbid external resources, inline scripts and styles, and framing."""


class Guard:
    """Middleware that refuses foreign requests and adds :data:`SECURITY_HEADERS` to every response.

    Args:
        app: application to protect.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request or refuse it."""
        if scope["type"] != "http":
            return
        status = self._refusal(scope["method"], Headers(scope=scope))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
            await send(message)

        app = self.app if status is None else PlainTextResponse(say("guard.refused"), status)
        await app(scope, receive, send_with_headers)

    @staticmethod
    def _refusal(method: str, headers: Headers) -> int | None:
        """Return the HTTP status for refusing a request, or None if the request is allowed."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if len(headers.getlist("host")) != 1 or _without_port(host) not in HOSTS:
            return 421
        if origin is not None and origin != f"http://{host}":
            return 403
        site = headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") and headers.get("sec-fetch-dest") != "document":
            return 403  # other pages may link here, but not embed images, frames or scripts
        if method not in ("GET", "HEAD"):
            if origin is None or site != "same-origin":
                return 403
            length = headers.get("content-length", "")
            if not length.isdecimal() or int(length) > MAX_BYTES:
                return 413
        return None


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdecimal() else host
