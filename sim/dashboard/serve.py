"""From the command to a server on loopback, until Ctrl-C."""

from __future__ import annotations

import importlib.util
import signal
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sim.engine.errors import InputError, OutputError
from sim.texts import say

HOST: Final = "127.0.0.1"
PORT: Final = 8765
NEEDED: Final = ("starlette", "uvicorn", "jinja2", "matplotlib", "fontTools")
"""Modules of the extra ``dashboard``."""


def serve(files: tuple[str, ...], port: int | None, browse: bool, tell: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C or a signal to end.

    Args:
        files: scenarios of the analyst's own, beside those that ship.
        port: to listen on; if not given :data:`PORT`, or any that is free where that one is taken.
        browse: whether to open it in a browser.
        tell: takes the address, in a line for people.

    Raises:
        InputError: a library or a file is missing, or a file is wrong.
        OutputError: the port cannot be had.
    """
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        raise InputError([say("error.no_dashboard_extra", names=", ".join(absent))])
    import uvicorn

    from sim.dashboard.app import Dashboard
    from sim.dashboard.form import choices

    known = choices(files)
    with _listening(port) as listening:
        number = int(listening.getsockname()[1])
        dashboard = Dashboard(known, number)
        address = f"http://{HOST}:{number}/"
        settings = uvicorn.Config(
            dashboard.app, lifespan="off", log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=2)  # fmt: skip
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        try:
            with suppress(KeyboardInterrupt):  # the way to end it
                tell(say("dashboard.at", address=address))
                if browse:
                    webbrowser.open(address)
                uvicorn.Server(settings).run([listening])
        finally:
            dashboard.close()


def _listening(port: int | None) -> socket.socket:
    """A socket on loopback."""
    for wanted in (PORT, 0) if port is None else (port,):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind((HOST, wanted))
            found.listen(64)
        except OSError as error:
            found.close()
            if wanted == PORT and port is None:
                continue
            raise OutputError(say("error.port", port=wanted, reason=error.strerror or str(error))) from error
        return found
    raise AssertionError("a free port is always found or refused")
