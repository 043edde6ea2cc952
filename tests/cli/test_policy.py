"""Tests of the commands for scenarios and catalogue: output, errors and exit status."""

import errno
import json
import os
import re
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from sim import shipped, texts
from sim.cli.main import main
from sim.policy.catalogue.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
BROKEN = ROOT / "tests" / "policy" / "scenario" / "broken"


def run_zsim(*args, cwd=ROOT, **environment):
    env = {k: v for k, v in os.environ.items() if k != "ZSIM_LANG"}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment}
    command = [sys.executable, "-W", "error", "-m", "sim.cli", *map(str, args)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, env=env)


def invoke(*args):
    """Run a command in this process in a separate context, so that its language does not persist."""
    call = CliRunner(env={"ZSIM_LANG": None}).invoke
    return copy_context().run(call, main, [str(a) for a in args])


def test_check_says_ok():
    files = sorted(shipped.scenarios().glob("*.yaml"))
    done = run_zsim("check", *files)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"{file}: ok" for file in files]


def test_check_lists_the_faults_of_all_files(tmp_path):
    one, two = BROKEN / "unknown_unit.yaml", BROKEN / "out_of_range.yaml"
    done = run_zsim("check", one, "as_enacted", two, "--lang", "en")
    assert done.returncode == 2
    assert done.stdout == "as_enacted: ok\n"
    lines = done.stderr.splitlines()
    assert len(lines) == 5
    assert lines[-1].startswith(f"{one}:3:29: unknown unit '亿园'; ")
    assert "; measured in yuan, allowed: yuan cny 元 万元 亿元" in lines[-1], "English words in English"
    assert lines[-1].endswith("; nearest: 亿元")
    assert "Traceback" not in done.stderr


def test_no_traceback():
    files = sorted(BROKEN.glob("*.yaml"))
    done = run_zsim("check", *files)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert re.fullmatch(r"and \d+ more", lines.pop())
    assert len(lines) == 100
    for line in lines:
        assert re.match(rf"{re.escape(str(BROKEN))}.\w+\.(yaml|csv):\d+:\d+: ", line)
        assert len(line) < 300


def test_common_faults_are_one_line_each(tmp_path):
    """Units as printed by ``plan`` are accepted, one language suffices, and invalid YAML is explained."""
    (tmp_path / "mine.yaml").write_text(
        "name: mine\ntitle: 我的情景\npolicy:\n  rent_subsidy:\n    per_year: 6,000 元/年\n"
        "  mentor_subsidy:\n    per_visit: 0.05万元/次\n", encoding="utf-8"
    )  # fmt: skip
    done = run_zsim("check", "mine.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "mine.yaml: ok\n", "")
    (tmp_path / "mine.yaml").write_text("name：mine\nrun：\n  seed: 3\n", encoding="utf-8")
    done = run_zsim("check", "mine.yaml", "yours.yaml", cwd=tmp_path)
    assert done.returncode == 2
    first, second, third = done.stderr.splitlines()
    assert first.startswith("mine.yaml:1:1: “name：”使用了全角冒号；")
    assert second.startswith("mine.yaml:2:1: “run：”使用了全角冒号；")
    assert third.startswith("yours.yaml:1:1: 文件“yours.yaml”不存在；")
    assert third.partition("；最接近：")[0].endswith("请检查路径和文件名")


def test_a_path_is_repeated_as_given():
    done = run_zsim("check", "tag.yaml", cwd=BROKEN)
    assert done.stderr.startswith("tag.yaml:3:24: ")


def test_settings_that_do_not_act_are_one_line(tmp_path, half_built_plan):
    path = tmp_path / "case.yaml"
    idle = catalogue().settings[half_built_plan]
    policy = f"{{{idle.instrument}: {{{idle.name}: {idle.low}}}}}"
    path.write_text(f"name: case\nextends: no_support\npolicy: {policy}\n", encoding="utf-8")
    done = run_zsim("check", path, "--lang", "en")
    assert done.returncode == 0
    assert done.stderr == f"{path}: sets what is not yet implemented: {idle.id}\n"


def test_removed_instruments_need_no_warning():
    done = run_zsim("check", "no_plan", "no_support", "chapter_1_alone")
    assert done.returncode == 0
    assert done.stderr == ""


def test_languages():
    zh, en = run_zsim("check", "nosuch"), run_zsim("check", "nosuch", ZSIM_LANG="en")
    assert "找不到情景" in zh.stderr
    assert "no scenario" in en.stderr
    assert "no scenario" in run_zsim("--lang", "en", "check", "nosuch").stderr
    assert "找不到情景" in run_zsim("check", "nosuch", "--lang", "zh", ZSIM_LANG="en").stderr
    assert run_zsim("check", "nosuch", "--lang", "fr").returncode == 2


def test_help_in_both_languages():
    for args in (["--help"], *([c, "--help"] for c in main.commands)):
        zh, en = invoke(*args), invoke(*args, "--lang", "en")
        assert zh.exit_code == en.exit_code == 0
        assert re.search("[\u4e00-\u9fff]", zh.stdout)
        assert not re.search("[\u4e00-\u9fff]", en.stdout)
        assert "None" not in en.stdout, "a range without bounds"
        assert "--lang" in zh.stdout


def test_commands_and_options_are_those_that_have_a_text():
    commands = {"zsim": main, **main.commands}
    options = {
        "help" if "--help" in param.opts else param.name
        for command in commands.values()
        for param in command.get_params(click.Context(command))
        if isinstance(param, click.Option)
    }
    keys = [key.split(".", 1) for key in texts.TEXTS]
    assert {key for section, key in keys if section == "command"} == set(commands)
    assert {key for section, key in keys if section == "option"} == options


def test_plan_json_has_the_documented_structure():
    plan = json.loads(run_zsim("plan", "--format", "json").stdout)
    assert {"targets", "measures", "levers"} <= set(plan)
    assert {"id", "name", "zh", "en", "at_least", "aim", "unit"} <= set(plan["targets"][0])
    assert len(plan["measures"]) == 34
    for measure in plan["measures"]:
        assert {"id", "chapter", "zh", "en", "lead", "clauses", "instruments"} <= set(measure)
        for clause in measure["clauses"]:
            assert {"zh", "instruments", "not_modelled"} == set(clause)
        for instrument in measure["instruments"]:
            assert {"id", "zh", "en", "acting", "way", "settings", "submodels", "tests"} <= set(instrument)
            assert isinstance(instrument["acting"], bool)
            for setting in instrument["settings"]:
                assert {"id", "unit", "without", "enacted", "none", "low", "high", "plausible",
                        "source", "evidence", "moves"} <= set(setting)  # fmt: skip
    for lever in plan["levers"]:
        assert {"id", "submodel", "unit", "low", "high", "combiner", "zh", "en"} == set(lever)


def test_plan_of_one_measure():
    text = invoke("plan", "M11", "--lang", "en").stdout
    assert "guarantee_fee" in text
    assert "one_off_grant" not in text
    assert "guarantee_fee" in invoke("plan", "m11", "--format", "md").stdout
    wrong = invoke("plan", "guarantee_fees", "--lang", "en")
    assert wrong.exit_code == 2
    assert wrong.stderr == "'guarantee_fees' is not a measure or instrument; nearest: guarantee_fee\n"


@pytest.mark.parametrize("form", ["text", "md"])
def test_plan_of_one_instrument(form):
    """Only the instrument and its measure are printed, even if the measure has a single instrument."""
    text = invoke("plan", "guarantee_fee", "--format", form, "--lang", "en").stdout
    assert "2.5%" in text
    assert "Part of measure M11 More forms of start-up finance" in text
    assert "covered by guarantee_fund, guarantee_risk_compensation, guarantee_fee" in text
    assert len(re.findall("Before June 2017", text)) == 1
    assert not re.search("tech_insurance|102 instruments|Lead:", text)
    alone = next(m for m in catalogue().measures.values() if len(m.instruments) == 1)
    assert (
        f"所属措施：{alone.id} {alone.zh}" in invoke("plan", alone.instruments[0].id, "--format", form).stdout
    )


def test_plan_of_one_instrument_as_json():
    (measure,) = json.loads(invoke("plan", "guarantee_fee", "--format", "json").stdout)["measures"]
    assert measure["id"] == "M11"
    assert [i["id"] for i in measure["instruments"]] == ["guarantee_fee"]
    assert all("guarantee_fee" in c["instruments"] for c in measure["clauses"])


def test_plan_text_names_everything():
    text = run_zsim("plan").stdout
    for number in range(1, 35):
        assert f"M{number:02d} " in text
    assert "102 项工具，其中 102 项已启用" in text
    assert "单位 /年; 无本方案 2017-01-01: 2.5%" in text, "the percent sign replaces the unit share"
    assert "单位 比例" not in text
    assert "尚未启用" not in text


def test_plan_text_marks_instruments_that_do_not_act(half_built_plan):
    assert "尚未启用" in run_zsim("plan").stdout


def test_schema_is_json_with_every_setting():
    schema = json.loads(run_zsim("schema").stdout)
    settings = schema["properties"]["policy"]["properties"]["guarantee_fee"]["properties"]
    assert "fee" in settings
    assert schema["additionalProperties"] is False


def test_diff():
    same = invoke("diff", "as_enacted", "as_enacted", "--lang", "en")
    assert same.stdout == "The two scenarios have the same settings.\n"
    shocks = invoke("diff", "as_enacted", "no_shocks", "--lang", "en").stdout.splitlines()
    assert shocks[1:] == [
        "world.macro: observed -> no_shocks",
        "world.shocks: [trade_war_2018, covid_2020] -> []",
    ]
    policy = invoke("diff", "no_plan", "as_enacted", "--lang", "en").stdout
    assert "fee_cleanup.fees: without the plan (1,500) -> as enacted (800)" in policy
    assert "guarantee_fee.fee: 2018-01-01 to 2018-12-31: 2.5% a year -> 2% a year" in policy
    assert "% share" not in policy
    settings = catalogue().settings
    for line in policy.splitlines():
        if setting := settings.get(line.partition(": ")[0]):
            assert line.endswith(" [does not act yet]") == (not setting.acting), line
    assert "job_creation_subsidy.cap" not in policy  # equal in both
    assert "earlier or higher-level rule" in policy


def test_diff_lists_the_faults_of_both():
    assert len(invoke("diff", "no_such", "nor_this").stderr.splitlines()) == 2


def test_diff_of_dated_values_names_the_dates(tmp_path):
    jobs = "policy: {job_creation_subsidy: {per_job_beyond: [%s]}}"
    for name, policy in {
        "a": jobs % "{from: 2017-06-09, value: 4000}, {from: 2019-01-01, value: 5000}",
        "b": jobs % "{from: 2017-06-09, value: 4000}, {from: 2019-07-01, value: 5000}, "
        "{from: 2020-01-01, value: 5000}, {from: 2020-10-01, value: 6000}",
        "issued": "policy: {one_off_grant: {amount: 8000}}",
        "dated": "policy: {one_off_grant: {amount: [{from: 2018-01-01, value: 8000}]}}",
    }.items():
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\n{policy}\n")

    def lines(one, other):
        done = invoke("diff", tmp_path / f"{one}.yaml", tmp_path / f"{other}.yaml", "--lang", "en")
        return done.stdout.splitlines()[1:]

    assert lines("a", "b") == [
        "job_creation_subsidy.per_job_beyond: "
        "2019-01-01 to 2019-06-30: 5,000 yuan per job -> 4,000 yuan per job; "
        "from 2020-10-01: 5,000 yuan per job -> 6,000 yuan per job"
    ]
    assert lines("issued", "dated") == [
        "one_off_grant.amount: until 2017-12-31: 8,000 yuan (once the plan takes effect) -> 5,000 yuan; "
        "from 2018-01-01: 8,000 yuan (once the plan takes effect) -> 8,000 yuan"
    ]
    days = invoke("diff", "no_plan", "as_enacted", "--lang", "en").stdout
    assert "registration_days: 2018-01-01 to 2018-12-30: 20 working days -> 12 working days\n" in days


def test_a_file_that_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    path = tmp_path / "case.yaml"
    path.write_text("name: case\n")

    def refuse(self, *_args, **_options):  # file permissions have no effect if the tests run as root
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        done = invoke("check", path, "--lang", "en")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == f"system error: Permission denied ({path})\n"


def test_a_terminal_without_chinese_gets_no_traceback():
    done = run_zsim("plan", "M11", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_help_is_quick():
    """The help needs at most 0.15 s of CPU time more than Python itself; the best of five runs counts."""

    def cpu(*code):
        before = os.times()
        subprocess.run([sys.executable, *code], capture_output=True, cwd=ROOT, check=True)
        after = os.times()
        mine, its = (x.children_user + x.children_system for x in (before, after))
        return its - mine

    bare = min(cpu("-c", "pass") for _ in range(5))
    assert min(cpu("-m", "sim.cli", "--help") for _ in range(5)) - bare <= 0.15


def test_check_does_not_load_the_model():
    code = "import sys; from sim.cli.main import main; sys.argv = ['zsim', 'check', 'no_plan']\n"
    code += "try: main()\nexcept SystemExit: pass\nassert 'mesa' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_every_text_has_both_languages_and_the_same_fields():
    texts = yaml.safe_load((ROOT / "sim" / "texts.yaml").read_text(encoding="utf-8"))
    for section, entries in texts.items():
        for key, text in entries.items():
            assert set(text) == {"zh", "en"}, f"{section}.{key}"
            fields = [set(re.findall(r"{(\w+)}", text[lang])) for lang in ("zh", "en")]
            assert fields[0] == fields[1], f"{section}.{key}"


def test_texts_are_in_the_language_in_use():
    texts.use("en")
    try:
        assert texts.say("column.without") == "without the plan"
        with pytest.raises(KeyError):
            texts.say("column.nothing")
        with pytest.raises(ValueError, match="fr"):
            texts.use("fr")
    finally:
        texts.use("zh")
    assert texts.say("column.without") == "无本方案"
