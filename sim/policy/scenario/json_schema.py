"""JSON Schema of scenario files, for completion and validation in editors."""

from __future__ import annotations

from typing import Any

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.content import ISSUED, WORDS
from sim.policy.scenario.file_format import (
    Amount,
    AnyOf,
    GrowthTable,
    InstrumentSettings,
    MacroPath,
    OneOf,
    Programmes,
    Proportion,
    Section,
    SettingValue,
    ValueType,
    WholeNumber,
    Written,
    scenario_file,
)
from sim.policy.scenario.quantities import allowed
from sim.policy.scenario.shapes import NAME

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WRITTEN: dict[Written, Schema] = {
    Written.NAME: {"type": "string", "pattern": f"^{NAME.pattern}$"},
    Written.FILE: _TEXT,
    Written.LINE: _TEXT,
    Written.BILINGUAL: {
        "type": ["string", "object"],
        "properties": {"zh": _TEXT, "en": _TEXT},
        "minProperties": 1,
        "additionalProperties": False,
    },
}
_CSV: Schema = {"type": "string", "pattern": r"\.[cC][sS][vV]$"}
_DATE: Schema = {"type": "string", "pattern": f"^([0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}|{ISSUED})$"}


def schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario; ``zsim check`` is stricter."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zsim scenario",
        **_of(scenario_file(catalogue())),
    }


def _of(kind: ValueType) -> Schema:
    """Return the JSON Schema of a type of value."""
    match kind:
        case Written():
            return _WRITTEN[kind]
        case OneOf():
            return {"enum": list(kind.words)} | _described(kind.description)
        case AnyOf():
            return _distinct(kind.words)
        case Programmes():
            return _distinct((*kind.plan.measures, *kind.plan.instruments))
        case WholeNumber():
            return {"type": "integer", "minimum": kind.low, "maximum": kind.high}
        case Proportion():
            return {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
        case Amount():
            return _amount(kind)
        case SettingValue():
            return _setting(kind)
        case InstrumentSettings():
            instrument = kind.instrument
            return _mapping(Section(kind.keys), f"{instrument.zh} / {instrument.en}")
        case GrowthTable():
            return {
                "type": "object",
                "properties": {sector: {"type": "array"} for sector in kind.sectors},
                "required": list(kind.sectors),
                "additionalProperties": False,
            }
        case MacroPath():
            return {"anyOf": [{"enum": list(kind.shipped)}, _CSV, _of(kind.table)]}
        case Section():
            return _mapping(kind)


def _distinct(words: tuple[str, ...]) -> Schema:
    return {"type": "array", "items": {"enum": list(words)}, "uniqueItems": True}


def _described(description: str) -> Schema:
    return {"description": description} if description else {}


def _amount(kind: Amount) -> Schema:
    """Return the schema of a number, or of a text that contains a number and its unit."""
    if kind.unit.kind == "switch":
        return {"type": ["boolean", "string", "integer"]} | _described(kind.description)
    limits = {"minimum": kind.low, "maximum": kind.high} if kind.published else {}
    return {"type": ["number", "string"]} | limits | _described(kind.description)


def _setting(kind: SettingValue) -> Schema:
    setting, amount = kind.setting, _amount(kind.amount)
    limits = f"{setting.low:.12g} … {setting.high:.12g} {setting.unit.id}"
    written = f"{allowed(setting.unit)}, {', '.join(WORDS)}"
    step = {
        "type": "object",
        "properties": {"from": _DATE, "value": amount},
        "required": ["from", "value"],
        "additionalProperties": False,
    }
    return {
        "description": f"{limits} ({written}). {setting.note}".strip(),
        "anyOf": [amount, {"type": "array", "minItems": 1, "items": step}],
    }


def _mapping(kind: Section, description: str = "") -> Schema:
    """Return the schema of a mapping, which may be empty if no key is required."""
    type_: Schema = {"type": ["object", "null"]}
    if kind.required:
        type_ = {"type": "object", "required": list(kind.required)}
    properties = {key: _of(value) for key, value in kind.keys.items()}
    return type_ | _described(description) | {"additionalProperties": False, "properties": properties}
