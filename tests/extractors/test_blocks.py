"""A page as a row of blocks: where one ends, what it bears, what bounds the walk."""

import pytest

from extractors.blocks import MAX_BLOCK_CHARS, MAX_BLOCKS, Block, read_blocks
from extractors.class_names import Part, parts_named
from extractors.documents import load_document


def blocks(inner: str) -> list[Block]:
    document = load_document(f"<html><body>{inner}</body></html>".encode(), "text/html; charset=utf-8")
    return read_blocks(document.root)


@pytest.mark.parametrize(
    ("inner", "texts"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>one <b>two</b> <a href=/x>three</a></p>", ["one two three"]),
        ("one<br>two<br><br>three", ["one", "two", "three"]),
        ("<div>before<p>inside</p>after</div>", ["before", "inside", "after"]),
        ("<div>a<script>b</script><style>c</style><button>d</button>e</div>", ["ae"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<table><tr><td>one<td>two</table>", ["one", "two"]),
        ("<p>Ann <span class='rollover-people-block x'>who she is</span>met Ben.</p>", ["Ann met Ben."]),
        ("<p>a <span class=tooltip>word<span class=tooltiptext>its meaning</span></span> here</p>", ["a word here"]),
        ("<p> \n &nbsp; </p>", []),
        ("", []),
    ],
)
def test_a_block_is_a_run_of_text_that_nothing_divides(inner, texts):
    assert [block.text for block in blocks(inner)] == texts


def test_words_and_links_are_counted_and_two_signs_of_chinese_are_a_word():
    [block] = blocks("<p>Five words <a href='/a'>three of them</a> 中文新闻</p>")
    assert (block.n_words, block.n_link_words, block.n_links, block.href) == (7, 3, 1, "/a")
    assert block.links == ("three of them",)


def test_a_box_knows_what_lies_in_it_and_its_path():
    found = blocks("<main><div class='story x' id=y><p>one two</p><p>three</p></div></main><p>four</p>")
    story = found[0].box.parent
    assert story is not None
    assert (story.n_words, story.n_blocks, story.path()) == (3, 2, "main/div.story")
    assert story is found[1].box.parent


@pytest.mark.parametrize("marks", ["hidden", "aria-hidden=true", "style='color:red; DISPLAY : none'"])
def test_what_is_hidden_is_told_of_all_that_lies_in_it(marks):
    [block] = blocks(f"<div {marks}><div><p>one</p></div></div>")
    assert block.box.hidden


def test_the_walk_is_bounded():
    assert len(blocks("<p>x</p>" * (MAX_BLOCKS + 10))) == MAX_BLOCKS
    assert len(blocks("x" * (MAX_BLOCK_CHARS + 10))[0].text) == MAX_BLOCK_CHARS
    assert blocks("<div>" * 200 + "deep")[0].text == "deep"


@pytest.mark.parametrize(
    ("names", "part"),
    [
        ("article-body", Part.BODY),
        ("articleBody", Part.BODY),
        ("related_news", Part.RELATED),
        ("wp-caption-text", Part.CAPTION),
        ("l-sidebar__block", Part.NAVIGATION),
        ("CommentsList", Part.COMMENTS),
        ("newsletter-signup", Part.PROMOTION),
        ("cookieConsent", Part.OVERLAY),
    ],
)
def test_names_of_parts_are_known_however_they_are_written(names, part):
    assert part in parts_named(names)


def test_names_that_say_nothing_say_nothing():
    assert parts_named("css-1x2y3z sc-gKPRtg") == frozenset()
