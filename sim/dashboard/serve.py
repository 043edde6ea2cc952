"""Server of the dashboard on the loopback address."""

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
REQUIRED: Final = ("starlette", "uvicorn", "jinja2", "matplotlib", "fontTools")
"""Modules installed with the optional extra ``dashboard``."""


def serve(files: tuple[str, ...], port: int | None, browse: bool, write_line: Callable[[str], None]) -> None:
    """Serve the dashboard until Ctrl-C or a termination signal.

    Args:
        files: scenario files of the user, in addition to the shipped scenarios.
        port: port to listen on; if None, :data:`PORT`, or any free port if :data:`PORT` is in use.
        browse: whether to open the page in a browser.
        write_line: function that prints the line with the address.

    Raises:
        InputError: a library or a file is missing, or a file has faults.
        OutputError: the port is not available.
    """
    missing = [name for name in REQUIRED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError([say("error.no_dashboard_extra", names=", ".join(missing))])
    import uvicorn

    from sim.dashboard.app import Dashboard
    from sim.dashboard.form import load_choices

    choices = load_choices(files)
    with _listen(port) as listening:
        number = int(listening.getsockname()[1])
        dashboard = Dashboard(choices, number)
        address = f"http://{HOST}:{number}/"
        config = uvicorn.Config(
            dashboard.app, lifespan="off", log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=2)  # fmt: skip
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        try:
            with suppress(KeyboardInterrupt):  # the usual way to stop the server
                write_line(say("dashboard.at", address=address))
                if browse:
                    webbrowser.open(address)
                uvicorn.Server(config).run([listening])
        finally:
            dashboard.close()


def _listen(port: int | None) -> socket.socket:
    """Open a socket on the loopback address.

    Raises:
        OutputError: the port is not available.
    """
    for number in (PORT, 0) if port is None else (port,):
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((HOST, number))
            opened.listen(64)
        except OSError as error:
            opened.close()
            if number == PORT and port is None:
                continue
            raise OutputError(say("error.port", port=number, reason=error.strerror or str(error))) from error
        return opened
    raise AssertionError("unreachable: either a port was opened or an error was raised")
