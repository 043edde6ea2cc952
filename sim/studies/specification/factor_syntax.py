"""The factors of a study file: two ends, a list, or what is believed; a star for all that is uncertain."""

from __future__ import annotations

from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import List, Map, Node, Text
from sim.policy.scenario.shapes import Shapes
from sim.studies.specification.factors import Known, Varied, known, matching


class Factors(Shapes):
    """What is wrong is reported and left out, and reading goes on."""

    def factors(self, node: Node) -> tuple[Varied, ...]:
        """What is varied; a star stands for all that is uncertain below it, but for what is named itself."""
        choices = known()
        written = [key.text for key, _ in node.pairs] if isinstance(node, Map) else []
        if isinstance(node, Map):
            for key, _ in node.pairs:
                if not (key.text in choices or (key.text.endswith("*") and matching(key.text))):
                    near = {**names(choices), **{k.zh: i for i, k in choices.items()}}
                    self.report.add(key, "unknown_factor", near, name=key.text)
        elif type(node) is not Node:
            self.report.add(
                node, "not_a_mapping", allowed="instrument.setting, world.KEY, parameter.ROOM.NAME"
            )
        found: dict[str, Varied] = {}
        for key, value in node.pairs if isinstance(node, Map) else ():
            if key.text in choices:
                if (one := self.factor(choices[key.text], key, value)) is not None:
                    found[key.text] = one
            elif key.text.endswith("*"):
                for each in matching(key.text):
                    if each.id not in written and (one := self.factor(each, key, value)) is not None:
                        found.setdefault(each.id, one)
        return tuple(found.values())

    def factor(self, what: Known, key: Text, node: Node) -> Varied | None:
        """One factor: two ends, a list, or its prior."""
        given = {k.text: v for k, v in self.entries(node, ("low", "high", "log", "values", "prior"))}
        if not isinstance(node, Map):
            return None
        if "prior" in given and self.switch(given["prior"]):
            if what.prior is None:
                self.report.add(key, "no_prior", name=what.id)
                return None
            low, _, high, _ = what.prior
            return Varied(what, low, high, prior=True)
        if "values" in given:
            return self.listed_values(what, given["values"])
        missing = ["values"] if what.words else [k for k in ("low", "high") if k not in given]
        if missing:
            allowed = "low, high / values / prior: true"
            if what.words:
                allowed = f"values: [{', '.join(what.words)}]"
            self.report.add(node, "missing", name=", ".join(missing), allowed=allowed)
            return None
        ends = [self.amount(given[k], what.unit, what.low, what.high) for k in ("low", "high")]
        if ends[0] is None or ends[1] is None:
            return None
        log = "log" in given and self.switch(given["log"])
        if not ends[0] < ends[1] or (log and ends[0] <= 0):
            self.report.add(given["low"], "bad_range", name=what.id)
            return None
        return Varied(what, ends[0], ends[1], log=log)

    def listed_values(self, what: Known, node: Node) -> Varied | None:
        """A list of at least two numbers or words, put in order."""
        items = self.items(node, "[a, b, …]")
        if what.words:
            chosen = [self.one_of(item, what.words) for item in items]
            if None in chosen:
                return None
            labels = tuple(word for word in what.words if word in chosen)
            values = [float(place) for place in range(len(labels))]
        else:
            labels = ()
            given = [self.amount(item, what.unit, what.low, what.high) for item in items]
            if None in given:
                return None
            values = sorted({v for v in given if v is not None})
        if len(values) < 2:
            if isinstance(node, List):
                self.report.add(node, "two_values", name=what.id)
            return None
        return Varied(what, values[0], values[-1], values=tuple(values), labels=labels)

    def switch(self, node: Node) -> bool:
        """Yes or no."""
        text = self.one_of(node, ("true", "false", "yes", "no"))
        return text in ("true", "yes")
