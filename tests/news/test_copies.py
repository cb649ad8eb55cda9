"""What an article is beside others: texts of our own, edited as outlets edit them."""

from datetime import UTC, datetime, timedelta

import pytest

from news.copies import COPY_WINDOW, Candidate, Relation, Verdict, compare, sketch

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)

TITLE = "Dam at Lake Orlen closed after cracks are found"
PARAGRAPHS = [
    "Engineers closed the dam at Lake Orlen on Monday after divers found cracks in two of its eleven gates, the"
    " regional water board said.",
    "Some 4,000 people who live in the valley below were told to be ready to leave their homes within an hour, although"
    " the board called the danger small.",
    "The dam was built in 1961 and was last repaired nine years ago, when the western gates were replaced by a company"
    " that has since gone bankrupt.",
    "Divers will look at the remaining gates until Thursday, and the level of the lake is to be lowered by two metres"
    " before the weekend, the chief engineer Mara Lindqvist told reporters.",
    "Farmers complain that the fields along the river have stood under water since the closed gates send the whole flow"
    " through the eastern channel.",
    "The ministry in the capital promised money for the repair but did not say how much, and the opposition asked why"
    " two reports about the state of the dam had not been published.",
]
TEXT = "\n\n".join(PARAGRAPHS)

OTHERS = [
    "A bakery in the old town of Hestby won the national prize for rye bread on Saturday, beating forty rivals with a"
    " recipe that its owner says she found in her grandmother's kitchen drawer.",
    "Ferry workers on the southern islands went on strike at midnight, leaving thousands of holidaymakers stranded in"
    " three ports while talks about night shifts continue behind closed doors.",
    "Astronomers at the Kellin observatory photographed a comet that was last visible when Rome was a republic, and"
    " expect it to be seen with the naked eye before the end of summer.",
    "The chess champion Ilya Brandt resigned after only nineteen moves against a schoolgirl from Porto, in what"
    " commentators called the shortest surprise of the tournament.",
]

RATES = (
    "The koruna closed at {0}.{1} to the dollar on Tuesday, against {2}.{3} the day before, the national bank said at"
    " {4}:{5}. The euro stood at {6}.{7}. Dealers spoke of a quiet session before the holiday and expect no great moves"
    " in the days to come."
)


def _before(text: str, number: int = 1, title: str | None = TITLE, hours: float = 2, **known: object) -> Candidate:
    values: dict[str, object] = {"article_id": number, "group_id": 10 * number, "sketch": sketch(title, text)}
    return Candidate(**(values | {"fetched_at": NOW - timedelta(hours=hours)} | known))  # type: ignore[arg-type]


def _compare(text: str, *before: Candidate, title: str | None = TITLE) -> Verdict:
    return compare(sketch(title, text), before, NOW)


COPIES = [
    ("the same words", TEXT.upper().replace("\n\n", "\n"), Relation.EXACT),
    ("some words changed", TEXT.replace("Monday", "Sunday").replace("the capital", "Karsk"), Relation.NEAR),
    ("the first half", "\n\n".join(PARAGRAPHS[:3]), Relation.TRUNCATED),
    ("the first paragraph", PARAGRAPHS[0], Relation.TRUNCATED),
    ("another text behind it", "\n\n".join([TEXT, *OTHERS[:3], OTHERS[1], OTHERS[3]]), Relation.EXPANDED),
    ("its paragraphs in another order", "\n\n".join(reversed(PARAGRAPHS)), Relation.NEAR),
    ("furniture around it", f"Menu News Sport\n\n{TEXT}\n\nShare this! Read more at lake.example", Relation.NEAR),
]


@pytest.mark.parametrize(("name", "text", "relation"), COPIES, ids=[name for name, *_ in COPIES])
def test_a_copy_is_told_with_what_was_done_to_it(name: str, text: str, relation: Relation) -> None:
    verdict = _compare(text, _before(TEXT), _before(OTHERS[0], 2))
    assert (verdict.relation, verdict.of, verdict.group_id) == (relation, 1, 10)
    assert verdict.relation.joins
    assert verdict.score is not None
    assert 0.8 < verdict.score <= 1


def test_an_article_like_none_is_an_original() -> None:
    assert _compare(TEXT) == Verdict(relation=Relation.ORIGINAL)
    assert _compare(TEXT, *(_before(other, n) for n, other in enumerate(OTHERS))).relation is Relation.ORIGINAL


def test_two_reports_of_one_event_in_other_words_are_no_copies() -> None:
    report = (
        "Cracks in the gates have shut the dam of Lake Orlen. The water board spoke of a small danger on Monday, but"
        " residents of the valley packed their belongings, and the chief engineer wants the lake lowered soon."
    )
    assert _compare(report, _before(TEXT)).relation is Relation.ORIGINAL


def test_the_best_of_several_copies_is_named() -> None:
    half, most = "\n\n".join(PARAGRAPHS[:2]), "\n\n".join(PARAGRAPHS[:5])
    verdict = _compare(most + "\n\nMore soon.", _before(OTHERS[1], 1), _before(half, 2), _before(most, 3))
    assert verdict.of == 3


def test_a_part_from_the_middle_is_an_excerpt_and_a_group_of_its_own() -> None:
    long = "\n\n".join([TEXT, *PARAGRAPHS_OF_ANOTHER])
    verdict = _compare(PARAGRAPHS[4], _before(long), title="Farmers complain")
    assert (verdict.relation, verdict.of, verdict.group_id) == (Relation.EXCERPT, 1, None)
    assert not verdict.digests


def test_a_text_that_holds_two_excerpts_is_a_digest() -> None:
    long = "\n\n".join([TEXT, *PARAGRAPHS_OF_ANOTHER])
    verdict = _compare(PARAGRAPHS[4], _before(long, n_excerpts=1), title="Farmers complain")
    assert verdict.digests == (1,)


def test_parts_of_several_texts_are_a_digest() -> None:
    parts = [f"{other} {other.upper()} And more of it {n} follows here." for n, other in enumerate(OTHERS)]
    digest = "\n\n".join(other.split(", ")[0] for other in OTHERS)
    verdict = _compare(digest, *(_before(part, n) for n, part in enumerate(parts)), title="The day in short")
    assert (verdict.relation, verdict.of, verdict.group_id) == (Relation.DIGEST, None, None)


def test_an_article_does_not_join_the_digest_that_told_of_it_first() -> None:
    digest = "\n\n".join(["\n".join(PARAGRAPHS[:1]), *OTHERS])
    verdict = _compare(TEXT, _before(digest, title="The day in short"))
    assert not verdict.relation.joins
    assert _compare(PARAGRAPHS[0], _before(TEXT, is_digest=True)).group_id is None


def test_a_form_that_is_filled_in_anew_is_no_copy() -> None:
    monday = RATES.format(21, 437, 21, 512, 16, 30, 24, 918)
    tuesday = RATES.format(21, 391, 21, 437, 16, 45, 24, 876)
    assert _compare(tuesday, _before(monday, title="Koruna"), title="Koruna").relation is Relation.ORIGINAL
    assert _compare(monday + " More soon.", _before(monday, title="Koruna"), title="Koruna").relation.joins


def test_one_form_with_one_number_is_no_copy_either() -> None:
    form = "The water of Lake Orlen stands {} centimetres above its mark this morning, the water board said."
    verdict = _compare(form.format(41), _before(form.format(38), title="Level"), title="Level")
    assert verdict.relation is Relation.ORIGINAL


@pytest.mark.parametrize("days", [4, 30, 400])
def test_the_same_words_weeks_later_are_a_reprint(days: int) -> None:
    verdict = _compare(TEXT, _before(TEXT, hours=24 * days))
    assert (verdict.relation, verdict.of, verdict.group_id, verdict.score) == (Relation.REPRINT, 1, None, 1.0)
    assert not verdict.relation.joins


def test_a_copy_within_the_window_goes_before_one_of_weeks_ago() -> None:
    verdict = _compare(TEXT, _before(TEXT, 1, hours=700), _before(TEXT, 2))
    assert (verdict.relation, verdict.of) == (Relation.EXACT, 2)


def test_a_near_copy_outside_the_window_is_another_original() -> None:
    hours = COPY_WINDOW.total_seconds() / 3600
    assert _compare(TEXT + " More.", _before(TEXT, hours=hours + 0.1)).relation is Relation.ORIGINAL
    assert _compare(TEXT + " More.", _before(TEXT, hours=hours)).relation is Relation.NEAR


@pytest.mark.parametrize("text", ["", " \n ", "…", "Да", "Breaking news"])
def test_texts_of_hardly_any_words_are_compared_without_harm(text: str) -> None:
    verdict = _compare(text, _before(TEXT), _before("Breaking news soon", 2), _before("", 3))
    assert not verdict.relation.joins


@pytest.mark.parametrize("stub", ["Comments", "This article is for subscribers only. Log in or subscribe to read on."])
def test_one_stub_below_two_titles_is_no_copy(stub: str) -> None:
    other = _before(stub, title="Earthquake off the coast of Chile")
    assert compare(sketch(TITLE, stub), [other], NOW) == Verdict(relation=Relation.ORIGINAL)
    for title in (TITLE, TITLE + " - The Orlen Post", None):
        assert compare(sketch(TITLE, stub), [_before(stub, title=title)], NOW).relation is Relation.EXACT


def test_a_copy_found_the_other_way_round_is_one_too() -> None:
    half = "\n\n".join(PARAGRAPHS[:3])
    assert _compare(TEXT, _before(half)).relation is Relation.EXPANDED


PARAGRAPHS_OF_ANOTHER = [
    f"{other} Those who were there on day {n} say that nothing of the kind had happened in living memory, and that the"
    f" authorities of district {n + 3} will have much to explain when the council meets again in the autumn."
    for n, other in enumerate([*OTHERS, *(o[::-1] for o in OTHERS)])
]
