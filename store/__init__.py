"""Postgres and nothing but Postgres."""
