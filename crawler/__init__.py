"""Fetches and only fetches: Scrapy, robots.txt, pacing. What an answer says is read by others."""
