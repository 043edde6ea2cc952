"""Texts of the dashboard in the current language, read from ``texts.yaml`` in this folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sim.texts import Texts

TEXTS: Final = Texts(Path(__file__).with_name("texts.yaml"))
say, in_language = TEXTS.say, TEXTS.in_language
