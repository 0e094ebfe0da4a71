"""How long texts are to a model, against counts of OpenAI's tokenizer (o200k_base)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.taxonomy import parse_taxonomy
from tagwright.taxonomy.samples import sample_text
from tagwright_adapters.llm.tokens import estimate_tokens
from tagwright_adapters.llm.vocabulary import Vocabulary
from tagwright_prompts import load_profile, render_prompt


def listed(words: str) -> str:
    """Return words as a numbered list."""
    return "\n".join(f"{number} {word}" for number, word in enumerate(words.split(), 1))


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        (listed("Животные Кошка Собака Лошадь Море Пляж Закат солнца День рождения Свадьба"), 48),  # noqa: RUF001 - Russian
        (listed("動物 猫 犬 馬 海 ビーチ 夕焼け 誕生日 結婚式 山 湖 川 自転車 自動車"), 59),
        (listed("동물 고양이 개 말 바다 해변 일몰 생일 결혼식 산 호수 강 자전거 자동차"), 53),
        (listed("حيوانات قطة كلب حصان بحر شاطئ غروب عيد ميلاد زفاف جبال بحيرة نهر دراجة"), 55),
        (listed("Zwierzęta Kot Pies Koń Morze Plaża Zachód słońca Urodziny Ślub Góry"), 48),
    ],
)
def test_scripts(text: str, counted: int) -> None:
    """Lists in all kinds of scripts are right within a third."""
    assert counted / 1.34 <= estimate_tokens(text) <= counted * 1.34


@pytest.mark.parametrize(("language", "counted"), [("en", 2_511), ("de", 2_776), ("fr", 2_897)])
def test_vocabulary(language: str, counted: int) -> None:
    """The sample taxonomy is right within a sixth."""
    text = Vocabulary(parse_taxonomy(sample_text("family")), language, 1_000, 9_000).text
    assert counted / 1.17 <= estimate_tokens(text) <= counted * 1.17


def test_prose() -> None:
    """Plain English is rather over- than underestimated."""
    text = render_prompt(load_profile("general"), language="en").instructions
    assert 1_200 <= estimate_tokens(text) <= 1_650


@given(st.text(), st.text())
def test_more_text_is_never_shorter(first: str, second: str) -> None:
    """Whatever is written, an estimate is a number that grows with the text."""
    assert 0 <= estimate_tokens(first) <= estimate_tokens(first + second)
