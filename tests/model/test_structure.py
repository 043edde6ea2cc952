"""No circle among submodels over the objects whose attributes they use; imports are checked by import-linter.

A submodel uses another when one of its functions reads an attribute of an object of the other's, obtained
through its constructor, as an argument, or along a chain such as ``self.market.context.firms``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

SIM = Path(__file__).parents[2] / "sim"
MODEL = SIM / "model"
Attributes = dict[str, str]


class Klass(NamedTuple):
    """A class of the model: where it is, and the classes of its attributes by name."""

    submodel: str
    attributes: Attributes


def submodel_of(file: Path) -> str:
    """Package, or module at the top, to which a file of the model belongs."""
    return file.relative_to(MODEL).parts[0].removesuffix(".py")


def names_in(annotation: ast.expr | None) -> list[str]:
    """Names in an annotation, such as ``Context`` in ``Context | None``."""
    if annotation is None:
        return []
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return names_in(ast.parse(annotation.value, mode="eval").body)
    return [n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(annotation)
            if isinstance(n, ast.Name | ast.Attribute)]  # fmt: skip


def class_named(annotation: ast.expr | None, known: Mapping[str, Klass]) -> str | None:
    """The class of the model that an annotation names, if it names one."""
    return next((name for name in names_in(annotation) if name in known), None)


def arguments(function: ast.FunctionDef, known: Mapping[str, Klass]) -> Attributes:
    """Classes of a function's annotated arguments."""
    spec = function.args
    found = {
        a.arg: class_named(a.annotation, known) for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)
    }
    return {name: type_ for name, type_ in found.items() if type_}


def type_of(value: ast.expr, scope: Mapping[str, str], known: Mapping[str, Klass]) -> str | None:
    """Class of an expression: a name in scope, an attribute along a chain, or a call of a constructor."""
    if isinstance(value, ast.Name):
        return scope.get(value.id)
    if isinstance(value, ast.Attribute):
        owner = type_of(value.value, scope, known)
        return known[owner].attributes.get(value.attr) if owner else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in known:
        return value.func.id
    return None


def pairs(statement: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets and values of an assignment, one by one."""
    for target in statement.targets:
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            yield from zip(target.elts, statement.value.elts, strict=True)
        else:
            yield target, statement.value


def scope_of(function: ast.FunctionDef, owner: str | None, known: Mapping[str, Klass]) -> Attributes:
    """Classes of the names in a function: its arguments, ``self``, and locals assigned from them."""
    scope = arguments(function, known)
    if owner:
        scope["self"] = owner
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target, value in pairs(node):
                type_ = type_of(value, scope, known)
                if isinstance(target, ast.Name) and type_:
                    scope[target.id] = type_
    return scope


def functions(tree: ast.Module) -> Iterator[tuple[str | None, ast.FunctionDef]]:
    """Functions and methods of a module, with the class that owns them."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield None, node
        elif isinstance(node, ast.ClassDef):
            yield from ((node.name, part) for part in node.body if isinstance(part, ast.FunctionDef))


def classes(trees: Mapping[Path, ast.Module]) -> dict[str, Klass]:
    """All classes of the model with the classes of their attributes."""
    nodes = {
        node.name: (submodel_of(file), node)
        for file, tree in trees.items() for node in tree.body if isinstance(node, ast.ClassDef)
    }  # fmt: skip
    known = {name: Klass(submodel, {}) for name, (submodel, _) in nodes.items()}
    for _ in range(2):  # attributes of attributes are known after the first time
        for name, (_, node) in nodes.items():
            for part in ast.walk(node):
                if isinstance(part, ast.AnnAssign):
                    field = (
                        part.target.id if isinstance(part.target, ast.Name) else ast.unparse(part.target)[5:]
                    )
                    note(known, name, field, class_named(part.annotation, known))
                elif isinstance(part, ast.FunctionDef):
                    scope = scope_of(part, name, known)
                    if any(ast.unparse(d) == "property" for d in part.decorator_list):
                        note(known, name, part.name, class_named(part.returns, known))
                    for statement in (s for s in ast.walk(part) if isinstance(s, ast.Assign)):
                        for target, value in pairs(statement):
                            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                                note(known, name, target.attr, type_of(value, scope, known))
    for name, (_, node) in nodes.items():  # a subclass has what its bases have
        for base in node.bases:
            for each in names_in(base):
                if each in known:
                    known[name] = Klass(known[name].submodel, known[each].attributes | known[name].attributes)
    return known


def note(known: Mapping[str, Klass], owner: str, attribute: str, type_: str | None) -> None:
    """Keep the class of an attribute."""
    if type_:
        known[owner].attributes.setdefault(attribute, type_)


def uses(trees: Mapping[Path, ast.Module]) -> dict[str, dict[str, set[str]]]:
    """Which submodels each uses, and where: submodel -> submodel -> functions."""
    known = classes(trees)
    edges: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file, tree in trees.items():
        me = submodel_of(file)
        for owner, function in functions(tree):
            scope = scope_of(function, owner, known)
            used = {
                type_of(n.value, scope, known) for n in ast.walk(function) if isinstance(n, ast.Attribute)
            }
            for type_ in (used | set(arguments(function, known).values())) - {None}:
                assert type_
                other = known[type_].submodel
                if other != me:
                    edges[me][other].add(f"{file.name}:{function.name}")
    return edges


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(MODEL.rglob("*.py"))}


def test_collaborators_are_seen(trees) -> None:
    """Uses that are known are among those that were read: without them no circle could be seen."""
    edges = uses(trees)
    for user, used, where in (
        ("entry", "subsidies", "re_entry.py:claim"),
        ("banking", "guarantees", "lending.py:__init__"),
        ("firms", "business_support", "costs.py:settle"),
        ("incubation", "context", "tenancy.py:begin"),
        ("equity", "government", "rounds.py:endow"),
        ("context", "settings", "context.py:at"),
    ):
        assert where in edges[user][used], (user, used)


def test_names_of_classes_are_unique(trees) -> None:
    """Annotations name classes without their module."""
    names = [n.name for tree in trees.values() for n in tree.body if isinstance(n, ast.ClassDef)]
    assert len(names) == len(set(names))


def test_no_submodel_uses_one_that_uses_it(trees) -> None:
    edges = uses(trees)
    try:
        order = list(TopologicalSorter({user: set(used) for user, used in edges.items()}).static_order())
    except CycleError as error:
        circle = error.args[1]
        steps = [f"{b} uses {a}: {sorted(edges[b][a])}" for a, b in pairwise(circle)]
        pytest.fail("\n".join(steps))
    assert order.index("context") < order.index("subsidies") < order.index("entry") < order.index("city")


def test_a_circle_over_attributes_is_found() -> None:
    """Two classes that hold each other, without an import between their modules."""
    one = ast.parse("class Bank:\n    def __init__(self, fund: 'Fund') -> None:\n        self.fund = fund\n"
                    "    def lend(self) -> None:\n        self.fund.guarantee()\n")  # fmt: skip
    other = ast.parse("class Fund:\n    def attach(self, bank: 'Bank') -> None:\n        self.bank = bank\n"
                      "    def guarantee(self) -> None:\n        self.bank.lend()\n")  # fmt: skip
    edges = uses({MODEL / "banking" / "a.py": one, MODEL / "guarantees" / "b.py": other})
    assert edges["banking"].keys() == {"guarantees"}
    assert edges["guarantees"].keys() == {"banking"}


def test_only_the_city_knows_the_city(trees) -> None:
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "sim.model.city":
                pytest.fail(f"{file.name} imports the city")
            if isinstance(node, ast.ImportFrom) and file.name != "city.py":
                assert "City" not in [alias.name for alias in node.names], file
            if isinstance(node, ast.Import):
                assert all(alias.name != "sim.model.city" for alias in node.names), file
