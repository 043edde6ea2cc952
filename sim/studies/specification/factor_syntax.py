"""Syntax of factors in a study file: a range, a list of values or a prior, with ``*`` as a wildcard."""

from __future__ import annotations

from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import List, Map, Node, Text
from sim.policy.scenario.shapes import Shapes
from sim.studies.specification.factors import Factor, FactorDefinition, definitions, matching


class FactorReader(Shapes):
    """Reader of factors that reports faults and continues without the faulty entries."""

    def factors(self, node: Node) -> tuple[Factor, ...]:
        """Read all factors of a study.

        A name that ends in ``*`` matches all uncertain quantities with this prefix that have no entry of
        their own.
        """
        choices = definitions()
        written = [key.text for key, _ in node.pairs] if isinstance(node, Map) else []
        if isinstance(node, Map):
            for key, _ in node.pairs:
                if not (key.text in choices or (key.text.endswith("*") and matching(key.text))):
                    near = {**names(choices), **{d.zh: i for i, d in choices.items()}}
                    self.report.add(key, "unknown_factor", near, name=key.text)
        elif type(node) is not Node:
            allowed = "instrument.setting, world.KEY, parameter.ID"
            self.report.add(node, "not_a_mapping", allowed=allowed)
        factors: dict[str, Factor] = {}
        for key, value in node.pairs if isinstance(node, Map) else ():
            if key.text in choices:
                if (factor := self.factor(choices[key.text], key, value)) is not None:
                    factors[key.text] = factor
            elif key.text.endswith("*"):
                for definition in matching(key.text):
                    if definition.id in written:
                        continue
                    if (factor := self.factor(definition, key, value)) is not None:
                        factors.setdefault(definition.id, factor)
        return tuple(factors.values())

    def factor(self, definition: FactorDefinition, key: Text, node: Node) -> Factor | None:
        """Read one factor: a range, a list of values, or a prior."""
        given = {k.text: v for k, v in self.entries(node, ("low", "high", "log", "values", "prior"))}
        if not isinstance(node, Map):
            return None
        if "prior" in given and self.switch(given["prior"]):
            if definition.prior is None:
                self.report.add(key, "no_prior", name=definition.id)
                return None
            return Factor(definition, definition.prior.low, definition.prior.high, prior=True)
        if "values" in given:
            return self.listed_values(definition, given["values"])
        categories = definition.categories
        missing = ["values"] if categories else [k for k in ("low", "high") if k not in given]
        if missing:
            allowed = "low, high / values / prior: true"
            if categories:
                allowed = f"values: [{', '.join(categories)}]"
            self.report.add(node, "missing", name=", ".join(missing), allowed=allowed)
            return None
        ends = [
            self.amount(given[k], definition.unit, definition.low, definition.high) for k in ("low", "high")
        ]
        if ends[0] is None or ends[1] is None:
            return None
        log = "log" in given and self.switch(given["log"])
        if not ends[0] < ends[1] or (log and ends[0] <= 0):
            self.report.add(given["low"], "bad_range", name=definition.id)
            return None
        return Factor(definition, ends[0], ends[1], log=log)

    def listed_values(self, definition: FactorDefinition, node: Node) -> Factor | None:
        """Read a list of at least two numbers or words, and sort it."""
        items = self.items(node, "[a, b, …]")
        labels: tuple[str, ...] = ()
        if definition.categories:
            words = [self.one_of(item, definition.categories) for item in items]
            if None in words:
                return None
            labels = tuple(category for category in definition.categories if category in words)
            values = [float(index) for index in range(len(labels))]
        else:
            unit, low, high = definition.unit, definition.low, definition.high
            given = [self.amount(item, unit, low, high) for item in items]
            if None in given:
                return None
            values = sorted({v for v in given if v is not None})
        if len(values) < 2:
            if isinstance(node, List):
                self.report.add(node, "two_values", name=definition.id)
            return None
        return Factor(definition, values[0], values[-1], values=tuple(values), labels=labels)

    def switch(self, node: Node) -> bool:
        """Read a yes-or-no value."""
        return self.one_of(node, ("true", "false", "yes", "no")) in ("true", "yes")
