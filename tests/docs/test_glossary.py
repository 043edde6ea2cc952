"""Texts follow the glossary: they avoid replaced words and use one term per concept in both languages."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.docs import glossary
from sim.docs.glossary import Term
from sim.model.coordinates import COORDS
from sim.model.government.flows import FLOWS
from sim.model.registry import SUBMODELS
from sim.model.rule_variants import STRUCTURES
from sim.policy.catalogue.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
TEXTS = (
    "sim/texts.yaml",
    "sim/reporting/texts.yaml",
    "sim/dashboard/texts.yaml",
    "sim/studies/comparison/headlines.yaml",
    "sim/studies/trials/trials.yaml",
)
PROSE = (
    "README.md",
    "CHANGELOG.md",
    *(str(p.relative_to(ROOT)) for p in (ROOT / "notebooks").glob("*.ipynb")),
)
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))
CODE = re.compile(r"\{[\w:]*\}|--[\w-]+|\bzsim \w+|\bwait\w*=|\b\w+[._]\w[\w.]*|`[^`]*`")
"""Fields, options, commands, variable names, and text between backticks."""


def pairs(texts: Any, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield every text of a parsed YAML file: path, Chinese, English."""
    if not isinstance(texts, dict):
        return
    if isinstance(texts.get("zh"), str) and isinstance(texts.get("en"), str):
        yield at, texts["zh"], texts["en"]
        return
    for key, value in texts.items():
        yield from pairs(value, f"{at}.{key}" if at else str(key))


def read(file: str | Path) -> list[tuple[str, str, str]]:
    """Return the texts of a YAML file: path, Chinese, English."""
    return list(pairs(yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))))


def model_labels() -> Iterator[tuple[str, str, str]]:
    """Yield the labels of levers, parameters, outcomes, coordinates, payments and variants of rules."""
    for module in SUBMODELS.values():
        for declared in (*module.LEVERS, *module.PARAMETERS):
            yield declared.id, declared.zh, declared.en
        for outcome in module.OUTCOMES:
            yield outcome.name, outcome.zh, outcome.en
    for dim, labels in COORDS.items():
        for zh, en in zip(labels.zh or (), labels.en or (), strict=True):
            yield dim, zh, en
    for flow in FLOWS:
        yield flow.name, flow.zh, flow.en
    for name, rule in STRUCTURES.items():
        for variant, (zh, en) in rule.ways.items():
            yield f"{name}.{variant}", zh, en


def plan_labels() -> Iterator[tuple[str, str, str]]:
    """Yield the labels and notes of the catalogue; settings have no English label."""
    plan = catalogue()
    labelled: list[Any] = [*plan.targets, *plan.measures.values(), *plan.instruments.values()]
    yield from ((each.id, each.zh, each.en) for each in labelled)
    for chapter in plan.chapters:
        yield f"chapter {chapter.number}", chapter.zh, chapter.en
    for instrument in plan.instruments.values():
        if instrument.before is not None:
            yield f"{instrument.id}.before", instrument.before.zh, instrument.before.en
    for setting in plan.settings.values():
        yield setting.id, setting.zh, ""


def prose(file: str) -> str:
    """Return the prose of a Markdown page, or of a notebook's Markdown cells and comments."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.endswith(".ipynb"):
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
        comments = "\n".join(
            c for kind, source in cells if kind == "code" for c in re.findall(r"# .*", source)
        )
        text = "\n\n".join([source for kind, source in cells if kind == "markdown"] + [comments])
    text = re.sub(r"^```console\n.*?^```$", "", text, flags=re.S | re.M)
    return re.sub(r"\]\([^)]*\)", "]", text)  # remove link targets


def wrong(text: str, lang: str) -> list[str]:
    """Return the words of a text that the glossary replaces, ignoring names in code."""
    plain = CODE.sub(" ", text)
    return [word for word in glossary.avoided(lang) if re.search(_pattern(word, lang), plain, re.I)]


def _pattern(word: str, lang: str) -> str:
    if lang == "zh":
        return re.escape(word)
    return r"\b" + r"\w*".join(map(re.escape, word.split("*"))) + r"\b"


def differing(term: Term, texts: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the paths of texts that use a term in English but not in Chinese."""
    term_en = re.compile(rf"\b{re.escape(term.en)}s?\b", re.I)
    among = [(at, zh) for at, zh, en in texts if term_en.search(CODE.sub(" ", en))]
    return [at for at, zh in among if not any(form in zh for form in term.accepted("zh"))]


def test_a_term_is_one_word_in_each_language_and_defined_in_both() -> None:
    terms = glossary.terms()
    for names in ([t.id for t in terms], [t.zh for t in terms], [t.en for t in terms]):
        assert len(set(names)) == len(names)
    assert [t.id for t in terms if not (t.means["zh"] and t.means["en"] and t.used)] == []
    words = {lang: {w.rstrip("*").lower() for w in glossary.avoided(lang)} for lang in ("zh", "en")}
    for lang in words:
        assert [t.id for t in terms for form in t.accepted(lang) if form.lower() in words[lang]] == []


@pytest.mark.parametrize("file", TEXTS)
def test_texts_avoid_what_the_glossary_replaces(file: str) -> None:
    found = {at: wrong(zh, "zh") + wrong(en, "en") for at, zh, en in read(file)}
    assert {at: words for at, words in found.items() if words} == {}


@pytest.mark.parametrize("file", TEXTS)
def test_a_term_has_the_same_name_in_both_languages(file: str) -> None:
    texts = read(file)
    found = {term.id: differing(term, texts) for term in glossary.terms() if not term.generic}
    assert {id_: places for id_, places in found.items() if places} == {}


@pytest.mark.parametrize("labels", [model_labels, plan_labels])
def test_labels_avoid_what_the_glossary_replaces(
    labels: Callable[[], Iterator[tuple[str, str, str]]],
) -> None:
    found = list(labels())
    assert len(found) > 400
    assert [(at, words) for at, zh, en in found if (words := wrong(zh, "zh") + wrong(en, "en"))] == []


@pytest.mark.parametrize("file", PROSE)
def test_documents_avoid_what_the_glossary_replaces(file: str) -> None:
    text = prose(file)
    assert wrong(text, "zh") + wrong(text, "en") == []


def test_titles_and_questions_of_scenarios_avoid_what_the_glossary_replaces() -> None:
    texts = [(file.stem, at, zh, en) for file in SCENARIOS for at, zh, en in read(file)]
    assert len(texts) > len(SCENARIOS) > 20
    found = {f"{name}: {at}": wrong(zh, "zh") + wrong(en, "en") for name, at, zh, en in texts}
    assert {at: words for at, words in found.items() if words} == {}


def test_a_word_that_is_replaced_and_a_second_name_are_seen() -> None:
    assert wrong("同样的运气", "zh") == ["运气"]
    assert wrong("The same Luck, `luck_share` and --naive of {lucks}", "en") == ["luck*"]
    assert wrong("The verdict hangs on the classroom", "en") == ["verdict*", "hang* on"]
    term = next(t for t in glossary.terms() if t.id == "plausible_range")
    texts = [
        ("a.b", "合理范围", "Plausible range"),
        ("a.c", "取值", "the plausible range"),
        ("a.d", "", "`plausible range`"),
    ]
    assert differing(term, texts) == ["a.c"]
