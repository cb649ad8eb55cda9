"""Names of authors out of bylines."""

import pytest

from extractors.names import MAX_AUTHORS, clean_names, part_names


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


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Zeige alle Beiträge von Petra Ruland", ("Petra Ruland",)),
        ("View all posts by Ann Lee", ("Ann Lee",)),
        ("Artikel von: Ann Lee", ("Ann Lee",)),
        ("Publicado por Ann Lee", ("Ann Lee",)),
        ("Name *", ()),
        ("Ann sagt", ()),
        ("13:36 Uhr", ()),
    ],
)
def test_what_systems_write_around_a_name_goes(byline, names):
    assert clean_names([byline]) == names


@pytest.mark.parametrize(
    ("names", "people", "agencies"),
    [
        (("Ann Lee", "Reuters"), ("Ann Lee",), ("Reuters",)),
        (("Редакция",), (), ("Редакция",)),
        (("Редакция Вестника", "Иван Петров"), ("Иван Петров",), ("Редакция Вестника",)),
        (("ТАСС", "Интерфакс-Украина"), (), ("ТАСС", "Интерфакс-Украина")),
        (("The Associated Press",), (), ("The Associated Press",)),
        (("APA/AFP",), (), ("APA/AFP",)),
        (("Evening Post Staff",), (), ("Evening Post Staff",)),
        (("Sky News",), (), ("Sky News",)),
        (("outlet.example",), (), ("outlet.example",)),
        (("The Outlet",), (), ("The Outlet",)),
        (("Haber Merkezi",), (), ("Haber Merkezi",)),
        (("Emily Post", "Mary Stafford", "Redak Tor"), ("Emily Post", "Mary Stafford", "Redak Tor"), ()),
    ],
)
def test_people_are_parted_from_agencies_and_desks(names, people, agencies):
    assert part_names(names, ["Outlet"]) == (people, agencies)
