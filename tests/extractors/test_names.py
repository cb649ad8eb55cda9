"""Names of authors out of bylines."""

import pytest

from extractors.names import MAX_AUTHORS, clean_names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee and Bo Chan", ("Ann Lee", "Bo Chan")),
        ("By Ann Lee, Bo Chan & Cy Dee", ("Ann Lee", "Bo Chan", "Cy Dee")),
        ("by ANN LEE", ("ANN LEE",)),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Иван Петров и Анна Ли", ("Иван Петров", "Анна Ли")),
        ("Ann Lee ann@outlet.example", ("Ann Lee",)),
        ("Ann Lee, Senior Transport Correspondent", ("Ann Lee",)),
        ("Ann Lee - Reuters", ("Ann Lee",)),
        ("Reuters", ("Reuters",)),
        ("Martin Luther King, Jr.", ("Martin Luther King, Jr",)),
        ("Bystrova Olga", ("Bystrova Olga",)),
        ("https://www.facebook.com/ann", ()),
        ("@annlee", ()),
        ("admin", ()),
        ("12 May 2024", ()),
        ("", ()),
        ("\x00\u202eAnn\u200b Lee", ("Ann Lee",)),
    ],
)
def test_bylines_become_names(byline, names):
    assert clean_names([byline]) == names


def test_names_come_once_and_are_bounded():
    assert clean_names(["Ann Lee", "ann lee", "By Ann Lee"]) == ("Ann Lee",)
    assert len(clean_names([f"Person {chr(65 + n % 26)}{chr(65 + n // 26)}x" for n in range(100)])) == MAX_AUTHORS
    assert clean_names(["x" * 5000]) == ()
