"""The query language, of search and watches alike: `parse.parse_query` makes a tree of `tree`'s nodes. Pure.

What a tree finds is decided where it is compiled, by the store.
"""
