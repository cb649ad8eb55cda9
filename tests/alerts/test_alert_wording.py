"""What a message says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import wording
from alerts.templates import NAMES, check_template
from news.errors import UsageError
from news.messages import MessageKind, Wait
from tests.alerts.alert_samples import ALERT, message

LINE_ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "[bridges] Мост открыли раньше срока"),
        ({"occasion": "grown", "occasion_key": "20"}, "[bridges]: now told by 20 sources Мост открыли раньше срока"),
        ({"title": None}, "[bridges] https://outlet.example/most?a=1&b=2"),
        ({"title_template": "$source: $title"}, "Вестник: Мост открыли раньше срока"),
        ({"title_template": "$$ {title}"}, "$ {title}"),
    ],
)
def test_the_subject_names_watch_occasion_and_title(changes: dict[str, str], subject: str) -> None:
    assert wording.subject(message(**changes)) == subject


@pytest.mark.parametrize(
    ("kind", "wait", "n", "heading"),
    [
        (MessageKind.DIGEST, Wait.DIGEST, 3, "[bridges] 3 alerts"),
        (MessageKind.DIGEST, Wait.DIGEST, 1, "[bridges] 1 alert"),
        (MessageKind.SUMMARY, Wait.CAP, 57, "[bridges] 57 more, held back by the cap an hour"),
        (MessageKind.SUMMARY, Wait.QUIET, 2, "[bridges] 2 alerts of the quiet hours"),
    ],
)
def test_a_summary_says_how_many_and_why(kind: MessageKind, wait: Wait, n: int, heading: str) -> None:
    assert wording.subject(message(kind, wait=wait, alerts=(ALERT,) * n)) == heading


def test_a_spike_has_its_picture() -> None:
    text = wording.plain(message(occasion="spike", story_id=None, daily=(0, 1, 2, 0, 8), note="8 instead of 1 a day"))
    assert "▁▂▃▁█ (8 today)" in text
    assert "8 instead of 1 a day" in text


@given(text=st.text(alphabet=st.one_of(st.characters(), st.sampled_from(LINE_ENDS + "\x02\x03<>&\"'")), max_size=80))
def test_whatever_an_outlet_writes_a_line_stays_a_line_and_html_text(text: str) -> None:
    told = message(title=text, source=text, snippet=text, note=text, watch=text)
    assert not set(wording.subject(told)) & set(LINE_ENDS)
    plain = wording.plain(replace(told, text_template="$title|$source|$snippet|$watch"))
    assert not set(plain.removesuffix("\n")) & set(LINE_ENDS)
    html = wording.html(told)
    assert html.count("<b>") == html.count("</b>")
    tags = {"!DOCTYPE html", "html", "head", "body", "h2", "p", "small", "a", "b", "meta"}
    opened = {part.split(">")[0].split(" ")[0].removeprefix("/") for part in html.split("<")[1:]}
    assert opened <= tags | {"!DOCTYPE"}
    assert json.loads(wording.as_json(told))["data"]["alerts"][0]["id"] == ALERT.id


@pytest.mark.parametrize("text", ["$title $url", "${title}s", "$$5", "{{ ''.__class__ }} {0}", ""])
def test_a_good_template_passes(text: str) -> None:
    check_template(text)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("$titel", r"\$titel: there is no such name; there are \$watch"),
        ("5 $ each", r"write \$\$"),
        ("x" * 5000, "5000"),
    ],
)
def test_a_wrong_template_is_refused_with_the_remedy(text: str, cause: str) -> None:
    with pytest.raises(UsageError, match=cause):
        check_template(text)


def test_every_name_of_a_template_is_filled() -> None:
    template = "|".join(f"${name}" for name in NAMES)
    text = wording.plain(message(text_template=template))
    assert "$" not in text
    assert text.count("|") == len(NAMES) - 1
