"""Web application of the dashboard: routes and responses.

Forms also work without JavaScript, which only updates the progress display and the sliders. Only POST
requests change state.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sim import texts
from sim.dashboard.access import Guard
from sim.dashboard.controls import control_groups
from sim.dashboard.form import LIMITS, REFERENCES
from sim.dashboard.runs import KILLED, Run, RunQueue
from sim.dashboard.sessions import Session, Sessions
from sim.dashboard.texts import say
from sim.policy.scenario.scenario import Scenario
from sim.version import __version__

FOLDER: Final = Path(__file__).parent
STATIC: Final = {"style.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
MAX_FIELDS: Final = 200


class Dashboard:
    """Dashboard as a web application.

    Args:
        choices: base scenarios that users can choose from, by name.
        port: port of the server, which also distinguishes the cookies of several dashboards.
    """

    def __init__(self, choices: Mapping[str, Scenario], port: int) -> None:
        self.queue = RunQueue()
        self._choices = choices
        self._sessions = Sessions(choices, self.queue)
        self._cookie = f"zsim_{port}"
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True)  # fmt: skip
        self._templates.globals |= {"say": say, "version": __version__}
        routes = [
            Route("/", self.page),
            Route("/", self.submit, methods=["POST"]),
            Route("/progress", self.progress),
            Route("/result", self.result),
            Route("/static/{name}", self.static),
            Route("/runs/{run}/{name}", self.file),
        ]
        self.app = Starlette(routes=routes, middleware=[Middleware(Guard)])

    def close(self) -> None:
        """Cancel all runs and delete their files."""
        self.queue.close()

    # --- responses ---

    async def page(self, request: Request) -> Response:
        """Return the complete page."""
        session = self._session(request) or self._sessions.new()
        texts.use(session.lang)
        response = HTMLResponse(self._render("page.html", session))
        response.set_cookie(self._cookie, session.key, httponly=True, samesite="lax")
        return response

    async def submit(self, request: Request) -> Response:
        """Carry out the action of the button that was pressed."""
        try:
            pairs = parse_qsl(
                (await request.body()).decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS
            )
        except ValueError:
            return Response(status_code=400)
        session, given = self._session(request), dict(pairs)
        if session is None:
            return RedirectResponse("/", 303)
        session.form.fill(given)
        action, _, argument = given.get("action", "run").partition(":")
        if action == "save":
            run_request, session.faults = session.form.request()
            if run_request:
                return _download(run_request.saved.resolved, f"{run_request.saved.name}.yaml")
        elif action == "run":
            await run_in_threadpool(self._sessions.start_run, session)
        elif action == "stop" and session.run:
            session.run.stop()
        elif action == "reset":
            session.form.reset()
            session.faults = {}
        elif action == "lang" and argument in texts.LANGUAGES:
            session.form.set_language(argument)
            session.lang = argument
            if session.faults:
                session.faults = session.form.request()[1]
        return RedirectResponse("/#result" if action in ("run", "stop") and not session.faults else "/", 303)

    async def progress(self, request: Request) -> Response:
        """Return the progress of the session's run as numbers and as a line of text."""
        session = self._session(request)
        if session is None or session.run is None:
            return Response(status_code=404)
        done, total = session.run.progress
        status = self._status(session.run)
        return JSONResponse({"state": session.run.state, "done": done, "total": total, "text": status})

    async def result(self, request: Request) -> Response:
        """Return the section of the page that shows a run and its results."""
        session = self._session(request)
        return HTMLResponse(self._render("result.html", session)) if session else Response(status_code=404)

    async def static(self, request: Request) -> Response:
        """Return a static file: style sheet, script or icon."""
        name = request.path_params["name"]
        if name not in STATIC:
            return Response(status_code=404)
        return FileResponse(FOLDER / name, media_type=STATIC[name])

    async def file(self, request: Request) -> Response:
        """Return a file produced by the session's run."""
        session, name = self._session(request), request.path_params["name"]
        run = session.run if session else None
        if run is None or run.id != request.path_params["run"] or run.state != "done":
            return Response(status_code=404)
        if name == f"{run.request.saved.name}.yaml":
            return _download(run.request.saved.resolved, name)
        if name not in self._files(run) and name not in (f"fund_{lang}.svg" for lang in texts.LANGUAGES):
            return Response(status_code=404)
        if name.endswith(".svg"):
            return FileResponse(run.folder / name, media_type="image/svg+xml")
        return FileResponse(run.folder / name, media_type="application/x-netcdf", filename=name)

    # --- parts of responses ---

    def _session(self, request: Request) -> Session | None:
        """Return the browser's session and switch to its language, or return None if there is no session."""
        session = self._sessions.find(request.cookies.get(self._cookie))
        if session is not None:
            texts.use(session.lang)
        return session

    def _render(self, template: str, session: Session) -> str:
        form, run = session.form, session.run
        values: dict[str, Any] = {
            "lang": session.lang,
            "other_languages": [lang for lang in texts.LANGUAGES if lang != session.lang],
            "form": form.texts,
            "base": form.base,
            "choices": self._choices,
            "references": [self._choices[name] for name in REFERENCES if name in self._choices],
            "groups": control_groups(),
            "faults": session.faults,
            "limits": LIMITS,
            "run": run,
            "status": self._status(run) if run else "",
            "files": self._files(run) if run else [],
            "view": run.views.get(session.lang) if run else None,
        }
        return self._templates.get_template(template).render(values)

    @staticmethod
    def _files(run: Run) -> list[str]:
        request = run.request
        return [f"{request.scenario.name}.nc", f"{request.reference.name}.nc", "comparison.nc"]

    def _status(self, run: Run) -> str:
        """Describe the state of a run in a line of text."""
        done, total = run.progress
        ahead = self.queue.number_ahead(run)
        key = "running_behind" if run.state == "waiting" and ahead else run.state
        fault = say("state.killed") if run.fault == KILLED else run.fault
        return say(f"state.{key}", done=done, total=total, ahead=ahead, fault=fault)


def _download(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/yaml", headers=headers)
