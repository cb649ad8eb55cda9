"""The spiders: they turn tickets into requests and answers into pages, and decide nothing."""
