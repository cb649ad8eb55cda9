"""The rules above the trees: what goes however likely it is, and what stays however unlikely."""

import numpy as np
import pytest

from extractors.blocks import read_blocks
from extractors.body import kinds_of
from extractors.clues import Clues
from extractors.documents import load_document
from extractors.verdicts import is_date, judge, script_of

PROSE = (
    "The harbour council met on Monday and voted, after four hours of talk, to repair the old pier before the winter. "
    "Nobody spoke against the plan, and the money is to come from the toll on the new bridge, said the mayor."
)
OTHER = (
    "A museum of clocks in the old town opened its archive to readers on Friday, with nine thousand drawings in it. "
    "The curators spent four winters cataloguing them by hand, and they expect watchmakers from all over the region."
)
RUSSIAN = (
    "В субботу совет гавани собрался и после четырёх часов спора решил чинить старый причал до зимы. "
    "Никто не возражал, а деньги возьмут из сборов за проезд по новому мосту, сказал мэр города."
)


def kept(inner: str, likely: float | dict[str, float] = 0.95, title: str = "The old pier is repaired") -> list[str]:
    """What stays of a page when the trees say of every block, or of those that begin so, how likely it is."""
    document = load_document(f"<html><body>{inner}</body></html>".encode(), "text/html; charset=utf-8")
    blocks = read_blocks(document.root)
    table = likely if isinstance(likely, dict) else {"": likely}
    chances = [next(chance for start, chance in table.items() if block.text.startswith(start)) for block in blocks]
    verdicts = judge(blocks, kinds_of(blocks), np.array(chances), Clues(title=title, headings=(title,)))
    return [block.text for block, verdict in zip(blocks, verdicts, strict=True) if not verdict]


def test_captions_and_credits_go_unless_they_are_the_article():
    figure = "<figure><img><figcaption>The pier at dusk.</figcaption></figure>"
    assert kept(f"<p>{PROSE}</p>{figure}<p>Photo: Ann Lee</p>") == [PROSE]
    gallery = "".join(f"<figure><figcaption>Picture {n} shows the pier.</figcaption></figure>" for n in range(5))
    assert len(kept(gallery)) == 5


def test_a_copy_of_the_title_goes_above_the_text_and_stays_within():
    title = "The old pier is repaired"
    assert kept(f"<h1>{title}</h1><p>{PROSE}</p>") == [PROSE]
    assert kept(f"<p>{PROSE}</p><p>{title}</p><p>{OTHER}</p>") == [PROSE, title, OTHER]


def test_what_was_said_before_goes():
    assert kept(f"<p>{PROSE}</p><p>{OTHER}</p><p>{PROSE}</p>") == [PROSE, OTHER]


def test_a_question_asked_again_stays():
    question = "Who will pay for the new pier?"
    asked = f"<p>{question}</p><p>{PROSE}</p><p>{question}</p><p>{OTHER}</p>"
    assert kept(asked) == [question, PROSE, question, OTHER]
    assert kept(asked.replace(f"<p>{question}</p>", f"<p><a href='/1'>{question}</a></p>")) == [question, PROSE, OTHER]


def test_a_small_aside_with_a_call_to_subscribe_goes_as_a_whole_and_a_long_one_does_not():
    call = "<p>Sign up for our newsletter</p>"
    letter = "<div><p>A letter about harbours, every Friday morning, by our own reporters.</p></div>"
    aside = f"<aside>{letter}{call}</aside>"
    assert kept(f"<p>{PROSE}</p>{aside}<p>{OTHER}</p>") == [PROSE, OTHER]
    background = "".join(f"<p>{number}. {RUSSIAN}</p>" for number in range(5))
    assert len(kept(f"<p>{PROSE}</p><aside>{background}{call}</aside><p>{OTHER}</p>")) == 7


def test_teasers_below_the_name_of_another_block_go_though_they_are_prose():
    teaser = f"<div>News</div><div>Museum opens its archive</div><div>Museum opens its archive</div><div>{OTHER}</div>"
    page = f"<div>{PROSE}</div><div>Related articles</div>{teaser}"
    assert kept(page)[0] == PROSE
    assert OTHER not in kept(page)
    assert kept(f"<div>{RUSSIAN}</div><div>Popular</div><div>{OTHER}</div>") == [RUSSIAN]


def test_the_article_goes_on_below_a_box_amid_it():
    box = "<h3>Read also</h3><ul><li>Ferry back after repairs</li></ul>"
    likely = {"Ferry": 0.6, "": 0.95}
    assert kept(f"<p>{PROSE}</p>{box}<p>{OTHER}</p>", likely) == [PROSE, OTHER]


def test_adverts_named_between_paragraphs_take_none_of_them():
    parts = [f"<p>{PROSE}</p>", f"<p>{OTHER}</p>", f"<p>{PROSE[:100]}.</p>", f"<p>{OTHER[:90]}.</p>"]
    assert len(kept("<div>Advertisement</div>".join(parts), 0.7)) == 4


def test_a_table_amid_the_article_stays_with_all_its_cells():
    table = "<table><tr><th>Island<th>People<tr><td>Norrey<td>4,120</table>"
    likely = {"Island": 0.2, "People": 0.2, "Norrey": 0.2, "4,120": 0.2, "": 0.95}
    assert kept(f"<div><p>{PROSE}</p>{table}<p>{OTHER}</p></div>", likely)[1:5] == [
        "Island",
        "People",
        "Norrey",
        "4,120",
    ]
    assert kept(f"<div><p>{PROSE}</p>{table}</div>", likely) == [PROSE]


def test_a_table_in_a_figure_stays_and_its_caption_goes():
    table = "<table><tr><th>Island<th>People<tr><td>Norrey<td>4,120</table>"
    figure = f"<figure>{table}<figcaption>As counted in 2021</figcaption></figure>"
    likely = {"Island": 0.2, "People": 0.2, "Norrey": 0.2, "4,120": 0.2, "As": 0.2, "": 0.95}
    cells = ["Island", "People", "Norrey", "4,120"]
    assert kept(f"<div><p>{PROSE}</p>{figure}<p>{OTHER}</p></div>", likely) == [PROSE, *cells, OTHER]
    assert kept(f"<div><p>{PROSE}</p>{figure}</div>", likely) == [PROSE]


def test_a_question_for_consent_goes_with_all_that_stands_in_its_box():
    asks = (
        "We and our 842 partners store and access information on your device, such as cookies, to measure our audience."
    )
    more = "You may refuse, of course, and still read every page of it, as long as you like."
    article = f"<article><p>{PROSE}</p><p>{OTHER}</p></article>"
    assert kept(f"<div><p>{asks}</p><p>{more}</p></div>{article}") == [PROSE, OTHER]
    assert kept(f"<div id=cookie-banner><p>{more}</p></div>{article}") == [PROSE, OTHER]
    assert kept(f"<main class=cookie-banner-open>{article}</main>") == [PROSE, OTHER]
    assert kept(f"<article><p>{PROSE}</p><p>{asks}</p><p>{OTHER}</p></article>") == [PROSE, OTHER]


def test_the_next_article_of_a_page_that_scrolls_on_goes():
    own = f"<article><h1>The old pier is repaired</h1><p>{PROSE}</p></article>"
    other = f"<article><h1>A museum opens its archive</h1><p>{OTHER}</p></article>"
    assert kept(own + other) == [PROSE]
    assert kept(other + own)[-1] == PROSE
    assert OTHER in kept(own + other.replace("h1>", "h2>")), "a part of it may be an article, too"
    assert OTHER in kept(own + other.replace("<article>", "<article class='live-post'>"))
    assert OTHER in kept(f"<article>{own}{other}</article>")


def test_a_subheading_stays_above_its_paragraph_and_goes_at_the_end():
    likely = {"Why": 0.3, "": 0.95}
    assert kept(f"<p>{PROSE}</p><h3>Why now</h3><p>{OTHER}</p>", likely) == [PROSE, "Why now", OTHER]
    assert kept(f"<p>{PROSE}</p><h3>Why now</h3>", 0.9) == [PROSE]


@pytest.mark.parametrize(
    "text",
    ["2023-10-7 11:22", "9 ноября 2025", "14:05, 3 June 2025", "2. März 2024", "12/11/2019", "5 листопада 2024 р."],
)
def test_a_line_that_is_nothing_but_a_date_is_one(text):
    assert is_date(text)


@pytest.mark.parametrize("text", ["2024", "In 2024 the pier fell", "3 of 12", "14 people", "May", "1941–1945", ""])
def test_other_lines_with_numbers_are_not(text):
    assert not is_date(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("pier 12", "latin"),
        ("причал", "cyrillic"),
        ("αποβάθρα", "greek"),
        ("رصيف", "arabic"),
        ("埠頭", "dense"),
        ("12", ""),
    ],
)
def test_the_script_of_a_text_is_that_of_most_letters(text, script):
    assert script_of(text) == script
