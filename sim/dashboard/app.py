"""The page: what can be asked of it, and what it answers.

Forms work without JavaScript; with it, progress moves and sliders turn. Only POST changes anything.
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
from sim.dashboard.controls import turns
from sim.dashboard.form import MOST, REFERENCES
from sim.dashboard.runs import DIED, Run, Runs
from sim.dashboard.sessions import Session, Sessions
from sim.dashboard.texts import say
from sim.policy.scenario.scenario import Scenario
from sim.version import __version__

HERE: Final = Path(__file__).parent
STATIC: Final = {"style.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
MOST_FIELDS: Final = 200


class Dashboard:
    """The page's server.

    Args:
        choices: scenarios that one may start from.
        port: that it listens on: cookies of two dashboards on one machine are kept apart by it.
    """

    def __init__(self, choices: Mapping[str, Scenario], port: int) -> None:
        self.runs = Runs()
        self._choices = choices
        self._sessions = Sessions(choices, self.runs)
        self._cookie = f"zsim_{port}"
        self._pages = Environment(
            loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True)  # fmt: skip
        self._pages.globals |= {"say": say, "version": __version__}
        routes = [
            Route("/", self.page),
            Route("/", self.act, methods=["POST"]),
            Route("/progress", self.progress),
            Route("/result", self.result),
            Route("/static/{name}", self.static),
            Route("/runs/{run}/{name}", self.file),
        ]
        self.app = Starlette(routes=routes, middleware=[Middleware(Guard)])

    def close(self) -> None:
        """Stop all runs and take their files away."""
        self.runs.close()

    # --- answers ---

    async def page(self, request: Request) -> Response:
        """The whole page."""
        session = self._session(request) or self._sessions.new()
        texts.use(session.lang)
        response = HTMLResponse(self._drawn("page.html", session))
        response.set_cookie(self._cookie, session.key, httponly=True, samesite="lax")
        return response

    async def act(self, request: Request) -> Response:
        """A button of the form was pressed."""
        try:
            pairs = parse_qsl(
                (await request.body()).decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
        except ValueError:
            return Response(status_code=400)
        session, given = self._session(request), dict(pairs)
        if session is None:
            return RedirectResponse("/", 303)
        session.form.fill(given)
        action, _, which = given.get("action", "run").partition(":")
        if action == "save":
            question, session.faults = session.form.question()
            if question:
                return _download(question.saved.resolved, f"{question.saved.name}.yaml")
        elif action == "run":
            await run_in_threadpool(self._sessions.ask, session)
        elif action == "stop" and session.run:
            session.run.stop()
        elif action == "reset":
            session.form.reset()
            session.faults = {}
        elif action == "lang" and which in texts.LANGUAGES:
            session.form.speak(which)
            session.lang = which
            if session.faults:
                session.faults = session.form.question()[1]
        return RedirectResponse("/#result" if action in ("run", "stop") and not session.faults else "/", 303)

    async def progress(self, request: Request) -> Response:
        """How far the run is, and in one line for people."""
        session = self._session(request)
        if session is None or session.run is None:
            return Response(status_code=404)
        done, total = session.run.progress
        return JSONResponse(
            {"state": session.run.state, "done": done, "total": total, "text": self._going(session.run)}
        )

    async def result(self, request: Request) -> Response:
        """The part of the page that a run fills."""
        session = self._session(request)
        return HTMLResponse(self._drawn("result.html", session)) if session else Response(status_code=404)

    async def static(self, request: Request) -> Response:
        """Style and script."""
        name = request.path_params["name"]
        if name not in STATIC:
            return Response(status_code=404)
        return FileResponse(HERE / name, media_type=STATIC[name])

    async def file(self, request: Request) -> Response:
        """A file of the session's own run."""
        session, name = self._session(request), request.path_params["name"]
        run = session.run if session else None
        if run is None or run.id != request.path_params["run"] or run.state != "done":
            return Response(status_code=404)
        if name == f"{run.question.saved.name}.yaml":
            return _download(run.question.saved.resolved, name)
        if name not in self._files(run) and name not in (f"fund_{lang}.svg" for lang in texts.LANGUAGES):
            return Response(status_code=404)
        if name.endswith(".svg"):
            return FileResponse(run.folder / name, media_type="image/svg+xml")
        return FileResponse(run.folder / name, media_type="application/x-netcdf", filename=name)

    # --- parts ---

    def _session(self, request: Request) -> Session | None:
        """The browser's session; its language is in use from here on."""
        session = self._sessions.find(request.cookies.get(self._cookie))
        if session is not None:
            texts.use(session.lang)
        return session

    def _drawn(self, name: str, session: Session) -> str:
        form, run = session.form, session.run
        found: dict[str, Any] = {
            "lang": session.lang,
            "others": [lang for lang in texts.LANGUAGES if lang != session.lang],
            "form": form.texts,
            "base": form.base,
            "choices": self._choices,
            "references": [self._choices[name] for name in REFERENCES if name in self._choices],
            "groups": turns(),
            "faults": session.faults,
            "most": MOST,
            "run": run,
            "going": self._going(run) if run else "",
            "files": self._files(run) if run else [],
            "view": run.views.get(session.lang) if run else None,
        }
        return self._pages.get_template(name).render(found)

    @staticmethod
    def _files(run: Run) -> list[str]:
        question = run.question
        return [f"{question.scenario.name}.nc", f"{question.reference.name}.nc", "comparison.nc"]

    def _going(self, run: Run) -> str:
        done, total = run.progress
        ahead = self.runs.ahead(run)
        key = "running_behind" if run.state == "waiting" and ahead else run.state
        fault = say("state.died") if run.fault == DIED else run.fault
        return say(f"state.{key}", done=done, total=total, ahead=ahead, fault=fault)


def _download(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/yaml", headers=headers)
