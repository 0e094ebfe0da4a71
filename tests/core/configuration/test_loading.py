"""Settings come from a file, the environment and the command line; mistakes name their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.configuration import load, secret
from tagwright.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in an empty directory, without the user's own configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("TAGWRIGHT_CONFIG", raising=False)


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tagwright.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_needed(tmp_path: Path) -> None:
    """Every setting has a default."""
    configuration, source = load()
    assert source is None
    assert configuration.taggers == ("basics",)
    assert configuration.state == tmp_path / "state" / "tagwright"


def test_the_working_directory_is_looked_into(tmp_path: Path) -> None:
    """A file here is found, and relative paths in it are relative to it."""
    (tmp_path / "mine.yaml").write_text("")
    _file(tmp_path, 'taxonomy = "mine.yaml"\n[policy]\napply = 0.9\n')
    configuration, source = load()
    assert source == tmp_path / "tagwright.toml"
    assert configuration.policy.apply == 0.9
    assert configuration.taxonomy == str(tmp_path / "mine.yaml")


def test_rules_and_a_model_for_mapping(tmp_path: Path) -> None:
    """Rules keep their order; the model's folder is beside the file."""
    _file(
        tmp_path,
        '[[mapping]]\nlabel = "a"\nconcept = "Cat"\n'
        '[[mapping]]\nlabel = "b"\nignore = true\nkind = "text"\n'
        '[embeddings]\nmodel = "models/tiny"\n',
    )
    configuration, _ = load()
    assert [(rule.label, rule.concept) for rule in configuration.mapping] == [
        ("a", "Cat"),
        ("b", None),
    ]
    assert configuration.embeddings.model == tmp_path / "models" / "tiny"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('concept = "Cat"', "mapping 1.label"),
        ('label = "a"', "needs either"),
        ('label = "a"\nconcept = "Cat"\nignore = true', "needs either"),
        ('label = "a"\nignore = true\nkind = "sound"', "mapping 1.kind"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(tmp_path: Path, rule: str, said: str) -> None:
    """Or too much; the file and the number of the rule are named."""
    _file(tmp_path, f"[[mapping]]\n{rule}\n")
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert "tagwright.toml: mapping 1" in str(caught.value)
    assert said in str(caught.value)


def test_the_command_line_beats_the_environment_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearer a person stands, the more they count."""
    _file(tmp_path, 'profile = "file"\nlanguage = "de"\n[policy]\napply = 0.7\n')
    monkeypatch.setenv("TAGWRIGHT_PROFILE", "environment")
    monkeypatch.setenv("TAGWRIGHT_POLICY__APPLY", "0.75")
    monkeypatch.setenv("TAGWRIGHT_TAGGERS", "basics, ollama:llava")
    configuration, _ = load(overrides={"profile": "command", "language": None})
    assert (configuration.profile, configuration.language) == ("command", "de")
    assert configuration.policy.apply == 0.75
    assert configuration.taggers == ("basics", "ollama:llava")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[policy]\naply = 1",
            r"tagwright\.toml: there is no setting 'policy\.aply'.*'policy\.apply'",
        ),
        ("[policy]\napply = 7", r"tagwright\.toml: policy\.apply: .*less than or equal to 1"),
        ("[policy]\napply = 0.3", r"tagwright\.toml: policy: review must not be above apply"),
        ("taggers = []", r"taggers: .*at least 1 item"),
        ("taggers = [", r"not valid TOML"),
        ('[files]\nsidecar = "often"', r"files\.sidecar: .*'auto', 'always' or 'both'"),
    ],
)
def test_mistakes_name_file_key_and_cure(tmp_path: Path, text: str, said: str) -> None:
    """Nobody has to guess which line of which file was meant."""
    _file(tmp_path, text)
    with pytest.raises(ConfigurationError, match=said):
        load()


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the file, which is innocent."""
    monkeypatch.setenv("TAGWRIGHT_POLICY__APPLY", "high")
    with pytest.raises(ConfigurationError, match=r"TAGWRIGHT_POLICY__APPLY: policy\.apply"):
        load()


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    """A wrong path is not passed over in silence."""
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_secrets_come_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker secrets are files."""
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.delenv("SOME_KEY", raising=False)
    assert secret("SOME_KEY") is None
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))
    assert secret("SOME_KEY") == "from a file"
    monkeypatch.setenv("TAGWRIGHT_SOME_KEY", "ours")
    assert secret("SOME_KEY") == "ours"


def test_a_secret_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, the secret never."""
    monkeypatch.setenv("SOME_KEY_FILE", "/nowhere/key")
    with pytest.raises(ConfigurationError, match="SOME_KEY_FILE"):
        secret("SOME_KEY")
