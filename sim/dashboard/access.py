"""Who is let in: pages of this server in a browser on this machine, nobody else.

The socket listens on loopback only. But any page that is open in the browser can send requests there
(cross-site request forgery), and a name that somebody else controls can be made to point there (DNS
rebinding). So a request must name this machine as its host, and what changes anything must come from our
own page. The port may be another one: that of a tunnel.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.dashboard.texts import say

HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
LARGEST: Final = 64 * 1024
"""Bytes of a request; the whole form is a tenth of it."""
SAFE: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Nothing is loaded from elsewhere, nothing inline runs, nobody frames the page."""


class Guard:
    """Refuses what is not ours; puts :data:`SAFE` on every answer.

    Args:
        app: what is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in or refuse it."""
        if scope["type"] != "http":
            return
        refused = self._refused(scope["method"], Headers(scope=scope))

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers[name] = value
            await send(message)

        app = self.app if refused is None else PlainTextResponse(say("guard.refused"), refused)
        await app(scope, receive, safely)

    @staticmethod
    def _refused(method: str, headers: Headers) -> int | None:
        """The status of a refusal, or None."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if len(headers.getlist("host")) != 1 or _name(host) not in HOSTS:
            return 421
        if origin is not None and origin != f"http://{host}":
            return 403
        site = headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") and headers.get("sec-fetch-dest") != "document":
            return 403  # a link may lead here; a picture, a frame or a script of another page may not
        if method not in ("GET", "HEAD"):
            if origin is None or site != "same-origin":
                return 403
            length = headers.get("content-length", "")
            if not length.isdecimal() or int(length) > LARGEST:
                return 413
        return None


def _name(host: str) -> str:
    """A host without its port."""
    name, _, port = host.rpartition(":")
    return name if port.isdecimal() else host
