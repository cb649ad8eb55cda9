"""What Scrapy is told, each line with its reason. What a person may set stands in config.py."""

from __future__ import annotations

from typing import Any

from scrapy.settings import Settings
from scrapy.settings.default_settings import (
    DOWNLOADER_MIDDLEWARES_BASE,
    EXTENSIONS_BASE,
    SPIDER_MIDDLEWARES_BASE,
)

from crawler.config import CrawlerConfig


def scrapy_settings(config: CrawlerConfig) -> Settings:
    """Return the settings of the engine."""
    values: dict[str, Any] = {
        # The handler reads it; frozen, so Scrapy may copy it.
        "WIREWATCH_CRAWLER": config,
        # One event loop for engine, queue, clock and database pool.
        "TWISTED_REACTOR_ENABLED": config.twisted_reactor,
        # Only http and https exist in the process, and only our handler speaks them: it checks what it dials.
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.handler.OutletHandler",
            "https": "crawler.handler.OutletHandler",
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        # A port that runs Python for whoever asks: on by default since Scrapy 2.18. The telnet console likewise.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # Our handler verifies always; this is for the day another one is put in its place. Scrapy's default is off.
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # The ticket caps by door; this, again, is for another handler. Scrapy's default is 1 GiB.
        "DOWNLOAD_MAXSIZE": config.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        # For the whole exchange. Scrapy's default is 180 s.
        "DOWNLOAD_TIMEOUT": config.timeout_s,
        "DNS_TIMEOUT": 10,
        # Scrapy's cache never expires.
        "DNSCACHE_ENABLED": False,
        # The fetcher follows, hop by hop, each through the gate.
        "REDIRECT_ENABLED": False,
        "REDIRECT_MAX_TIMES": config.max_redirects,
        "METAREFRESH_ENABLED": False,
        # The queue retries, with the outlet's Retry-After; Scrapy would ask again at once.
        "RETRY_ENABLED": False,
        # A proxy would dial for us, past the guard.
        "HTTPPROXY_ENABLED": False,
        # The handler unpacks, with a bound on memory and layers.
        "COMPRESSION_ENABLED": False,
        # Nothing an outlet says travels to the next request.
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        # As long as `news.urls.clean_url` lets them be.
        "URLLENGTH_LIMIT": 4096,
        # The gate obeys robots.txt: shared by all workers, refreshed, by the letter of RFC 9309.
        "ROBOTSTXT_OBEY": False,
        # The gate paces across workers. Scrapy's delay, per process and with a jitter of half, would only add to it.
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS": config.n_concurrent,
        # One request at a time to a host, whatever asks.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # Pages are kept by the store.
        "HTTPCACHE_ENABLED": False,
        "USER_AGENT": config.user_agent,
        # The page goes to whoever waits for it, and that is all.
        "ITEM_PIPELINES": {"crawler.pipelines.HandOver": 100},
        # One item an answer: Scrapy makes this many tasks for each, 100 by default (1.9 ms).
        "CONCURRENT_ITEMS": 1,
        # Remembers every URL for ever; what is known is the store's to say.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        # The engine must not close because of memory, time or errors: the supervisor decides, with a kill.
        "MEMUSAGE_ENABLED": False,
        # Nobody reads Scrapy's counters; the jobs record outcomes.
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_FORMATTER": "crawler.logs.QuietLogFormatter",
        # Looks into the callback's source at each answer.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        # All of Scrapy's own middlewares and extensions: what they do is switched off above or done by us, and each
        # would cost every request its share.
        "DOWNLOADER_MIDDLEWARES": dict.fromkeys(DOWNLOADER_MIDDLEWARES_BASE),
        "SPIDER_MIDDLEWARES": dict.fromkeys(SPIDER_MIDDLEWARES_BASE),
        "EXTENSIONS": dict.fromkeys(EXTENSIONS_BASE),
    }
    return Settings(values)
