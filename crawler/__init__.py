"""Fetches and only fetches."""
