"""A JSON Schema of scenario files, so that an editor completes and checks while somebody types."""

from __future__ import annotations

from typing import Any

from sim.model.rule_variants import STRUCTURES
from sim.policy.catalogue.catalogue import Setting, catalogue
from sim.policy.scenario.draft import ISSUED, WORDS
from sim.policy.scenario.quantities import allowed
from sim.policy.scenario.shapes import NAME, UNCERTAINTIES


def _described(zh: str, en: str) -> str:
    return f"{zh} / {en}"


def _amount(unit_kind: str) -> dict[str, Any]:
    if unit_kind == "switch":
        return {"type": ["boolean", "string", "integer"]}
    return {"type": ["number", "string"]}


def _setting(setting: Setting) -> dict[str, Any]:
    unit = setting.unit
    spread = f"{setting.low:.12g} … {setting.high:.12g} {unit.id}"
    amount = _amount(unit.kind)
    if unit.kind != "switch":
        amount |= {"minimum": setting.low, "maximum": setting.high}
    date = {"type": "string", "pattern": f"^([0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}|{ISSUED})$"}
    return {
        "description": f"{spread} ({allowed(unit)}, {', '.join(WORDS)}). {setting.note}".strip(),
        "anyOf": [
            amount,
            {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {"from": date, "value": amount},
                    "required": ["from", "value"],
                    "additionalProperties": False,
                },
            },
        ],
    }


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario; what it cannot say, ``zsim check`` does."""
    from sim.model.environment.parameters import INITIAL, SECTORS, SHOCKS

    plan = catalogue()
    text = {
        "type": ["string", "object"],
        "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
        "minProperties": 1,
        "additionalProperties": False,
    }
    programmes = {
        "type": "array",
        "items": {"enum": [*plan.measures, *plan.instruments]},
        "uniqueItems": True,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zsim scenario",
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": f"^{NAME.pattern}$"},
            "title": text,
            "question": text,
            "source": {"type": "string"},
            "extends": {"type": "string"},
            "without": programmes,
            "off": programmes,
            "policy": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    i.id: {
                        "type": ["object", "null"],
                        "description": _described(i.zh, i.en),
                        "additionalProperties": False,
                        "properties": {s.name: _setting(s) for s in i.settings},
                    }
                    for i in plan.instruments.values()
                },
            },
            "world": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    "macro": {
                        "anyOf": [
                            {"enum": ["observed", "no_shocks"]},
                            {"type": "string", "pattern": "\\.[cC][sS][vV]$"},
                            {
                                "type": "object",
                                "properties": {s: {"type": "array"} for s in SECTORS},
                                "required": list(SECTORS),
                                "additionalProperties": False,
                            },
                        ]
                    },
                    "shocks": {
                        "type": "array",
                        "items": {"enum": list(SHOCKS)},
                        "uniqueItems": True,
                    },
                    "initial": {
                        "type": ["object", "null"],
                        "additionalProperties": False,
                        "properties": {
                            p.id.partition(".")[2]: {
                                "type": ["number", "string"],
                                "description": _described(p.zh, p.en),
                            }
                            for p in INITIAL
                        },
                    },
                    "structure": {
                        "type": ["object", "null"],
                        "additionalProperties": False,
                        "properties": {
                            name: {"enum": [*s.ways], "description": _described(s.zh, s.en)}
                            for name, s in STRUCTURES.items()
                        },
                    },
                },
            },
            "run": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    "replicates": {"type": "integer", "minimum": 1, "maximum": 100_000},
                    "seed": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
                    "scale": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                    "uncertainty": {"enum": list(UNCERTAINTIES)},
                },
            },
        },
    }
