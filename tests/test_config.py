from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from pipeline.config import RANGES, Config, build, load
from pipeline.errors import ConfigError


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "polyvox.toml"
    file.write_text('[read]\nmap = {text = "Kommentar"}\n[clean]\nsimilarity = 1\nphone_regions = ["GB"]\n', encoding="utf-8")
    config = load(file)
    assert config.read.map == {"text": "Kommentar"}
    assert config.clean.similarity == 1.0 and config.clean.phone_regions == ("GB",)
    assert config.analyse == Config().analyse


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"clean": {"personal_dat": True}}, "Did you mean 'personal_data'"),
        ({"clen": {}}, "Did you mean 'clean'"),
        ({"clean": {"personal_data": "yes"}}, "must be of type bool"),
        ({"read": {"max_chars": True}}, "must be of type int"),
        ({"clean": 3}, "must be a table"),
        ({"clean": {"phone_regions": [1]}}, "must be of type str"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        build(Config, values, "polyvox.toml")
    assert "polyvox.toml" in str(caught.value)


def test_a_missing_or_broken_file_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no configuration file"):
        load(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[read", encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load(broken)


def test_every_number_has_a_range_that_holds_its_default(tmp_path: Path) -> None:
    numbers = {
        (section.name, setting.name): setting.default
        for section in fields(Config)
        for setting in fields(section.default_factory)
        if type(setting.default) in (int, float)
    }
    ranges = {(section, name): (low, high) for section, name, low, high in RANGES}
    assert numbers.keys() == ranges.keys()
    file = tmp_path / "polyvox.toml"
    for (section, name), default in numbers.items():
        low, high = ranges[section, name]
        assert low <= default <= high, name
        file.write_text(f"[{section}]\n{name} = {type(default)(high + 1)}\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=rf"\[{section}\] {name} is .* must lie between"):
            load(file)


def test_every_setting_has_a_reason_beside_its_default() -> None:
    lines = Path(__file__).parents[1].joinpath("pipeline/config.py").read_text(encoding="utf-8").splitlines()
    for section in fields(Config):
        kind = section.default_factory
        assert is_dataclass(kind)
        for setting in fields(kind):
            line = next(line for line in lines if line.strip().startswith(f"{setting.name}:"))
            assert "#" in line, f"{setting.name} has no reason"
