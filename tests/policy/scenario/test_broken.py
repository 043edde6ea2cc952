"""Tests of the positions and messages of all faults in scenario files."""

import os
from pathlib import Path

import pytest
import yaml

from sim.engine.errors import Fault, InputError
from sim.policy.scenario.scenario import load_scenario
from sim.texts import use

FOLDER = Path(__file__).with_name("broken")
EXPECTED = yaml.safe_load(FOLDER.with_suffix(".yaml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _english():
    use("en")
    yield
    use("zh")


def faults(path) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    found = caught.value.faults
    assert all(isinstance(f, Fault) for f in found)
    return [f for f in found if isinstance(f, Fault)]


def test_the_table_names_every_file():
    assert set(EXPECTED) == {p.stem for p in FOLDER.glob("*.yaml")}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_broken(name, lang):
    use(lang)
    path = FOLDER / f"{name}.yaml"
    found = faults(path)
    expected = []
    for entry in EXPECTED[name]:
        file = FOLDER / entry.get("in", path.name)
        file = file if file.suffix else file.with_suffix(".yaml")
        expected.append((str(file), *entry["at"], entry))
    expected.sort(key=lambda w: w[:3])
    assert [(f.path, f.line, f.column) for f in found] == [w[:3] for w in expected], found
    for fault, (*_, entry) in zip(found, expected, strict=True):
        line = str(fault)
        assert len(line) < 300
        assert "\n" not in line
        assert str(entry.get("words", "")) in line
        near = entry.get("nearest")
        mark = {"zh": "；最接近：", "en": "; nearest: "}[lang]
        assert line.endswith(mark + str(near)) if near else mark not in line


def test_a_circle_names_every_file():
    (fault,) = faults(FOLDER / "circle_a.yaml")
    assert all(f"circle_{x}.yaml" in fault.message for x in "abc")


def write(folder: Path, content: bytes | str, name: str = "case") -> Path:
    path = folder / f"{name}.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


BYTES = {
    "nul": (b"name: case\nrun: \0{}", (2, 6), "NUL"),
    "control": (b"name: case\n# \x07", (2, 3), "U+0007"),
    "latin": (b"name: case\ntitle: caf\xe9", (2, 11), "UTF-8"),
    "utf16": ("name: case".encode("utf-16"), (1, 1), "UTF-8"),
    "large": (b"name: case\n" + b"#" * 256 * 1024, (1, 1), "256"),
    "deep": (b"name: case\npolicy: " + b"{a: " * 60_000, (2, 69), "16"),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes(tmp_path, case):
    content, place, words = BYTES[case]
    (fault,) = faults(write(tmp_path, content))
    assert (fault.line, fault.column) == place
    assert words in fault.message


def test_a_utf8_mark_is_accepted(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbfname: case\n")
    assert load_scenario(path).name == "case"
    (fault,) = faults(write(tmp_path, b"\xef\xbb\xbfnam\xc3\xa9: x\nname: case"))
    assert (fault.line, fault.column) == (1, 1)


def test_windows_lines(tmp_path):
    (fault,) = faults(write(tmp_path, b"name: case\r\npolcy: {}\r\n"))
    assert (fault.line, fault.column) == (2, 1)


def test_no_more_than_a_hundred(tmp_path):
    keys = "".join(f"  key{i}: 1\n" for i in range(150))
    with pytest.raises(InputError) as caught:
        load_scenario(write(tmp_path, f"name: case\npolicy:\n{keys}"))
    lines = str(caught.value).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "and 50 more"
    assert lines[0].startswith(f"{tmp_path}/case.yaml:3:3: ".replace("/", os.sep))


def test_a_share_in_per_cent_is_guessed(tmp_path):
    path = write(tmp_path, "name: case\npolicy:\n  one_stop_service: {online_share: 60}\n")
    (fault,) = faults(path)
    assert fault.message == "'60' is outside the allowed range; allowed: 0 to 1 share; nearest: 60%"


def test_a_file_without_a_legal_name_is_to_be_renamed(tmp_path):
    (fault,) = faults(write(tmp_path, "name: my_case\n", "My case"))
    assert fault.message == "file name 'My case' is not valid; rename the file to my_case.yaml"


def test_a_link_out_of_the_folder(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    target = write(outside, "name: parent\n", "parent")
    (inside / "parent.yaml").symlink_to(target)
    (fault,) = faults(write(inside, "name: case\nextends: parent\n"))
    assert (fault.line, fault.column) == (2, 10)
    assert "outside" in fault.message


@pytest.mark.parametrize("shown", ["as_enactd", "as_enactd.yaml", "missing/as_enactd.yaml"])
def test_no_such_file(shown):
    (fault,) = faults(shown)
    assert str(fault).startswith(f"{shown}:1:1: ")
    assert fault.message.endswith("nearest: as_enacted")


def test_the_nearest_file_beside_one_that_is_missing(tmp_path, monkeypatch):
    write(tmp_path, "name: my_scenario\n", "my_scenario")
    monkeypatch.chdir(tmp_path)
    for shown in ("my_scenaro.yaml", "my_scenario", "./my_scenario"):
        (fault,) = faults(shown)
        assert fault.path == shown
        assert fault.message.endswith("nearest: my_scenario.yaml"), fault.message
    (fault,) = faults("my_scenaro.yaml")
    assert f"no file 'my_scenaro.yaml' in {tmp_path}"[:90] in fault.message
    (fault,) = faults("deeper/my_scenario.yaml")
    assert "no folder 'deeper'" in fault.message


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("policy：", "'policy：' has a full-width colon;"),
        ("“policy”:", "'policy' has a full-width or curly quote;"),
        ("policy:\n  guarantee_fund: {leverage: 5，capital: 1}", "'capital' has a full-width comma;"),
        ("without: [M31、M32]", "'M31、' has a Chinese enumeration comma;"),
        ("run: ｛seed: 3｝", "'run: ｛' has a full-width bracket;"),
        ("run:\u3000{seed: 3}", "'run' has a full-width space;"),
        ("run:{seed: 3}", "no space after the colon of 'run:';"),
    ],
)
def test_signs_that_are_not_yamls_are_named(tmp_path, line, words):
    """Full-width signs are reported once, at their position, even if nothing else can be parsed."""
    (fault,) = faults(write(tmp_path, f"name: case\n{line}\n"))
    assert words in fault.message
    assert fault.line == 2 + line.count("\n")
    first, second = faults(write(tmp_path, f"name：case\n{line}\n"))
    assert "'name：' has a full-width colon" in first.message
    assert second == fault


def test_full_width_signs_in_texts_are_no_fault(tmp_path):
    """Full-width signs in texts are not reported, even if there is another fault."""
    text = "name: case\ntitle: 担保：翻倍，真的\nquestion: |\n  “说明”：文字\n  a：b\n"
    assert load_scenario(write(tmp_path, text)).question["zh"] == "“说明”：文字\na：b"
    (fault,) = faults(write(tmp_path, text + "run: {seed: 3\n"))
    assert fault.message.startswith("invalid YAML")
    (fault,) = faults(write(tmp_path, text + "run：\n  seed: 3\n"))
    assert fault.line == 6


def test_a_folder(tmp_path):
    (fault,) = faults(tmp_path)
    assert (fault.line, fault.column) == (1, 1)


def test_odd_keys_stay_on_one_short_line(tmp_path):
    path = write(tmp_path, 'name: case\n"a\\nb\\e[31m": 1\n' + "k" * 500 + ": 1\n")
    assert [(f.line, f.column) for f in faults(path)] == [(2, 1), (3, 1)]
    for fault in faults(path):
        assert str(fault).isprintable()
        assert len(str(fault)) < 300
