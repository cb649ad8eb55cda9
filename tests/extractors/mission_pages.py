"""Puts the mission's texts into the markups of seven kinds of sites; each function returns the bytes of a page.

`MARKUPS` names them. What the texts are stands in `mission_texts`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from html import escape

from tests.extractors.mission_texts import Teaser, Told

Markup = Callable[[Told], bytes]

_MENU = ("Главная", "Новости", "Мнения", "Интервью", "О нас", "Контакты")


def _joined(pieces: Iterable[str], around: str = "{}") -> str:
    return "\n".join(around.format(piece) for piece in pieces)


def _links(texts: Iterable[str], around: str = "{}", path: str = "/x/") -> str:
    return "\n".join(around.format(f'<a href="{path}{number}">{escape(text)}</a>') for number, text in enumerate(texts))


def _head(told: Told, more: str = "") -> str:
    title = escape(told.title)
    return (
        f'<title>{title} | Вестник долины</title><meta property="og:title" content="{title}">'
        f'<meta property="og:type" content="article">{more}'
    )


def drupal(told: Told) -> bytes:
    """Fields in divs; each block is a view, whose teasers are `<article>`s as the text is."""

    def teaser(it: Teaser) -> str:
        return f"""<div class="views-row"><article class="node node--type-news node--view-mode-teaser">
            <div class="field field--name-field-label field__item">{it.label}</div>
            <div class="field field--name-field-section field__item">{it.section}</div>
            <a href="/node/11500"><img src="/t.jpg" alt="{it.title}"></a>
            <h3><a href="/node/11500"><span>{it.title}</span></a></h3>
            <div class="field field--name-title">{it.title}</div>
            <div class="field field--name-body field--type-text-with-summary"><p>{it.text}</p></div></article></div>"""

    blocks = "".join(
        f'<div class="views-element-container block"><h2>{name}</h2><div class="view-content">'
        f"{_joined(map(teaser, teasers))}</div></div>"
        for name, teasers in told.blocks
    )
    latest = f'<div class="view view-latest"><ul>{_links(told.latest, "<li>{}</li>")}</ul></div>' if told.latest else ""
    tags = f'<div class="field field--name-field-tags">{_links(told.tag_links, path="/taxonomy/term/")}</div>'
    return f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">{_head(told)}</head><body>
        <header><nav><ul>{_links(_MENU, "<li>{}</li>")}</ul></nav></header>
        <main role="main"><div class="region region-content"><article class="node node--type-news node--view-mode-full">
        <h1 class="page-title"><span>{told.title}</span></h1>{_joined(told.above, "<div>{}</div>")}
        <div class="field field--name-field-date"><time datetime="{told.published_day}">{told.day}</time></div>
        <div class="clearfix text-formatted field field--name-body">
        {_joined((*told.paragraphs, *told.below), "<p>{}</p>")}</div>{tags}</article>{blocks}{latest}</div></main>
        <footer><p>© 2025 Вестник долины. Все права защищены.</p></footer></body></html>""".encode()


def wordpress(told: Told) -> bytes:
    """The text in entry-content, and within it what plugins add."""

    def teaser(it: Teaser) -> str:
        return (
            f'<div class="jp-relatedposts-post"><span class="cat">{it.label}</span> <span>{it.section}</span>'
            f'<h4 class="jp-relatedposts-post-title"><a href="/p">{it.title}</a></h4><p>{it.title}</p>'
            f'<p class="jp-relatedposts-post-excerpt">{it.text}</p></div>'
        )

    blocks = "".join(
        f'<div class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>{name}</em></h3>'
        f'<div class="jp-relatedposts-items">{_joined(map(teaser, teasers))}</div></div>'
        for name, teasers in told.blocks
    )
    share = (
        '<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Поделиться:</h3><ul><li>'
        '<a href="https://social.example/share">Нажмите, чтобы поделиться записью</a></li></ul></div>'
    )
    mail = (
        '<div class="wp-block-group newsletter-signup"><p>Подпишитесь на нашу рассылку, и мы будем присылать вам '
        'главное за день.</p><form><input type="email"><button>Подписаться</button></form></div>'
    )
    first, *others = told.paragraphs
    tags = _links(told.tag_links, path="/tag/").replace("<a ", '<a rel="tag" ')
    return f"""<!DOCTYPE html><html lang="ru-RU"><head><meta charset="UTF-8">{_head(told)}
        <meta property="article:published_time" content="{told.published_day}T08:22:00+00:00"></head>
        <body class="single single-post"><div id="page"><header class="site-header"><ul id="menu">
        {_links(_MENU, '<li class="menu-item">{}</li>')}</ul></header><div id="content"><main>
        <article class="post type-post status-publish hentry"><header class="entry-header">
        <h1 class="entry-title">{told.title}</h1><div class="entry-meta">{_joined(told.above, "<p>{}</p>")}
        <span class="posted-on">{told.day}</span></div></header><div class="entry-content">{share}<p>{first}</p>{mail}
        {_joined((*others, *told.below), "<p>{}</p>")}{share}{blocks}</div>
        <footer class="entry-footer"><span class="tags-links">{tags}</span></footer></article>
        <nav class="post-navigation"><a href="/1">Предыдущая запись</a> <a href="/2">Следующая запись</a></nav>
        <aside class="widget-area"><section class="widget"><h2 class="widget-title">Свежие записи</h2>
        <ul>{_links(told.latest, "<li>{}</li>")}</ul></section></aside></main></div></div></body></html>""".encode()


def old_tables(told: Told) -> bytes:
    """Tables hold the columns, font tags the letters, two line breaks part the paragraphs; windows-1251."""

    def teaser(it: Teaser) -> str:
        return (
            f'<font size="1">{it.label}<br>{it.section}</font><br><a href="a.asp?id=1"><b>{it.title}</b></a><br><br>'
            f'<font size="2">{it.title}<br><br>{it.text}</font><br><br>'
        )

    blocks = "".join(
        f'<tr><td bgcolor="#eeeeee"><font size="3"><b>{name}</b></font></td></tr><tr><td>'
        f"{_joined(map(teaser, teasers))}</td></tr>"
        for name, teasers in told.blocks
    )
    text = "<br><br>\n".join((*told.paragraphs, *told.below))
    above = _joined(told.above, '<tr><td><font size="1">{}</font></td></tr>')
    page = f"""<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset=windows-1251">
        <TITLE>{told.title}</TITLE></HEAD><BODY bgcolor="#ffffff"><TABLE width="780" border="0"><TR>
        <TD width="150" valign="top">{_links(_MENU, "{}<br>")}<br>
        {_links(told.latest, "<font size=1>{}</font><br>")}</TD>
        <TD valign="top"><TABLE width="100%"><tr><td><font size="4"><b>{told.title}</b></font></td></tr>{above}
        <tr><td><font size="1" color="#999999">{told.day}</font></td></tr>
        <tr><td><font face="Verdana" size="2">{text}</font></td></tr>
        <tr><td><font size="1">{_links(told.tag_links, path="tag.asp?id=")}</font></td></tr>
        </TABLE><TABLE width="100%">{blocks}</TABLE></TD></TR></TABLE>
        <center><font size="1">Copyright 2003-2025</font></center></BODY></HTML>"""
    return page.encode("cp1251", "xmlcharrefreplace")


def div_soup(told: Told) -> bytes:
    """Divs and spans with names that say nothing, and no paragraph anywhere."""

    def teaser(it: Teaser) -> str:
        return (
            f'<div class="q4"><span class="q5">{it.label}</span><span class="q6">{it.section}</span>'
            f'<div class="q7" onclick="go(1)">{it.title}</div><div class="q8">{it.title}</div>'
            f'<div class="q9">{it.text}</div></div>'
        )

    blocks = "".join(
        f'<div class="q2"><div class="q3">{name}</div>{_joined(map(teaser, teasers))}</div>'
        for name, teasers in told.blocks
    )
    latest = f'<div class="r1">{_links(told.latest, "<div>{}</div>")}</div>' if told.latest else ""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{_head(told)}</head><body><div class="a1">
        <div class="a2">{_links(_MENU, "<span>{}</span>")}</div><div class="b1"><div class="b2">{told.title}</div>
        {_joined(told.above, '<div class="b3">{}</div>')}<div class="b3">{told.day}</div><div class="c1">
        {_joined((*told.paragraphs, *told.below), '<div class="t1">{}</div>')}</div>
        <div class="c2">{_links(told.tag_links, "<span>{}</span>", "/tag/")}</div></div>{blocks}{latest}
        <div class="z1">Все права защищены. Перепечатка только со ссылкой.</div></div></body></html>""".encode()


def amp(told: Told) -> bytes:
    """A page for telephones, with its own elements."""

    def teaser(it: Teaser) -> str:
        return (
            f'<div class="card"><span>{it.label}</span> <span>{it.section}</span><a href="/amp/1"><h3>{it.title}</h3>'
            f"</a><h4>{it.title}</h4><p>{it.text}</p></div>"
        )

    blocks = "".join(
        f'<amp-list layout="fixed-height" height="400" src="/more.json"><section><h2>{name}</h2>'
        f"{_joined(map(teaser, teasers))}</section></amp-list>"
        for name, teasers in told.blocks
    )
    first, *others = told.paragraphs
    latest = f"<section><h2>Последние новости</h2>{_links(told.latest, '<p>{}</p>')}</section>" if told.latest else ""
    return f"""<!doctype html><html amp lang="ru"><head><meta charset="utf-8">{_head(told)}
        <script async src="https://cdn.example/v0.js"></script></head><body><header class="bar">
        <amp-sidebar id="menu"><ul>{_links(_MENU, "<li>{}</li>")}</ul></amp-sidebar></header>
        <article class="amp-wp-article"><header><h1>{told.title}</h1>{_joined(told.above, "<p class=meta>{}</p>")}
        <time datetime="{told.published_day}">{told.day}</time></header>
        <amp-img src="/lead.jpg" width="640" height="360"></amp-img><div class="amp-wp-article-content"><p>{first}</p>
        <amp-ad width="300" height="250" type="x"><div placeholder>Реклама</div></amp-ad>
        {_joined((*others, *told.below), "<p>{}</p>")}</div>
        <amp-social-share type="twitter"></amp-social-share><div class="amp-wp-tax-tag">Теги:
        {_links(told.tag_links, path="/tag/")}</div></article>{blocks}{latest}
        <footer><p>Вестник долины</p></footer></body></html>""".encode()


def json_ld(told: Told) -> bytes:
    """A news site of today: linked data, a figure, an aside amid the text."""

    def teaser(it: Teaser) -> str:
        return (
            f'<li class="Promo_item__x7Yq"><div class="Promo_label">{it.label}</div><div>{it.section}</div>'
            f'<a class="Promo_link" href="/s/1"><h3>{it.title}</h3></a><h4>{it.title}</h4>'
            f'<p class="Promo_text__k2">{it.text}</p></li>'
        )

    blocks = "".join(
        f'<section class="Promo_root__a1"><h2>{name}</h2><ul>{_joined(map(teaser, teasers))}</ul></section>'
        for name, teasers in told.blocks
    )
    linked = json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": told.title,
            "datePublished": f"{told.published_day}T08:22:00+00:00",
            "keywords": list(told.tag_links),
            "publisher": {"@type": "Organization", "name": "Вестник долины"},
        },
        ensure_ascii=False,
    )
    first, second, *others = told.paragraphs
    latest = _links(told.latest, "<li>{}</li>")
    aside = (
        f"<aside class='Inline_aside'><h3>Читайте также</h3><ul>{latest}</ul></aside>"
        if told.latest
        else "<aside class='Inline_aside'><p>Реклама</p></aside>"
    )
    head = _head(told, f'<script type="application/ld+json">{linked}</script>')
    return f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">{head}</head><body><div id="__next">
        <nav class="Nav_root">{_links(_MENU)}</nav><main><article class="Story_root__9fd"><header>
        <h1 class="Story_title">{told.title}</h1>{_joined(told.above, "<div class='Story_meta'>{}</div>")}
        <time datetime="{told.published_day}T08:22:00Z">{told.day}</time></header>
        <div class="Story_body__1b"><p class="Text_p">{first}</p>{aside}<p class="Text_p">{second}</p>
        {_joined((*others, *told.below), '<p class="Text_p">{}</p>')}</div>
        <ul class="Tags_root">{_links(told.tag_links, "<li>{}</li>", "/tags/")}</ul></article>{blocks}</main>
        <footer class="Footer_root"><p>Нашли ошибку? Выделите её и нажмите Ctrl+Enter.</p></footer></div></body></html>
        """.encode()


def sidebar_first(told: Told) -> bytes:
    """All other blocks stand in the source before the article, which is small beside them."""

    def teaser(it: Teaser) -> str:
        return (
            f'<div class="item"><div class="label">{it.label}</div><div class="rubric">{it.section}</div>'
            f'<div class="name"><a href="/1.html">{it.title}</a></div><div class="name2">{it.title}</div>'
            f'<div class="announce"><p>{it.text}</p></div></div>'
        )

    blocks = "".join(
        f'<div class="box"><div class="box-title">{name}</div>{_joined(map(teaser, teasers))}</div>'
        for name, teasers in told.blocks
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{_head(told)}</head><body><div id="wrap">
        <div id="menu">{_links(_MENU)}</div><div id="left">{blocks}<div class="box">
        {_links(told.latest, '<div class="line">{}</div>')}</div></div><div id="center"><h1>{told.title}</h1>
        {_joined(told.above, '<div class="sub">{}</div>')}<div class="date">{told.day}</div><div class="text">
        {_joined((*told.paragraphs, *told.below), "<p>{}</p>")}</div>
        <div class="tags">{_links(told.tag_links, path="/tag/")}</div></div></div></body></html>""".encode()


MARKUPS: dict[str, Markup] = {
    markup.__name__: markup for markup in (drupal, wordpress, old_tables, div_soup, amp, json_ld, sidebar_first)
}
