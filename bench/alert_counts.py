"""What `bench.alerts` asks of the database: alerts that are right, by the labelled texts."""

NOTE_BESIDE = """
CREATE TABLE bench_beside AS
SELECT watch.id AS watch_id
FROM watch JOIN watch_query ON watch_query.watch_id = watch.id
WHERE watch.name LIKE 'beside %%'
    AND NOT EXISTS (
        SELECT FROM bench_label
        WHERE bench_label.search @@ watch_query.words OR bench_label.own @@ watch_query.words
    )
ORDER BY watch.id
LIMIT 50
"""

COUNT_BESIDE = """
SELECT count(*) FROM alert JOIN bench_beside ON bench_beside.watch_id = alert.watch_id
"""

COUNT_TOLD = """
SELECT count(DISTINCT (alert.watch_id, alert.article_id))
FROM alert JOIN watch ON watch.id = alert.watch_id WHERE watch.name LIKE 'text %%'
"""

COUNT_EXPECTED = """
SELECT count(*)
FROM bench_label JOIN watch_query ON bench_label.search @@ watch_query.words
JOIN watch ON watch.id = watch_query.watch_id WHERE watch.name LIKE 'text %%'
"""

COUNT_RIGHT = """
SELECT count(DISTINCT (alert.watch_id, alert.article_id))
FROM alert JOIN watch ON watch.id = alert.watch_id
JOIN watch_query ON watch_query.watch_id = watch.id
JOIN bench_label ON bench_label.article_id = alert.article_id AND bench_label.search @@ watch_query.words
WHERE watch.name LIKE 'text %%'
"""

ADD_LABEL = """
INSERT INTO bench_label (url, article_id, search, own)
SELECT
    %(url)s, article.id,
    fts_document(coalesce(article.language, %(language)s), coalesce(%(title)s, article.title), %(text)s),
    fts_document(coalesce(article.language, %(language)s), NULL, %(own)s)
FROM (SELECT) one
LEFT JOIN entry ON entry.url = %(url)s
LEFT JOIN article ON article.id = entry.article_id
LIMIT 1
"""
