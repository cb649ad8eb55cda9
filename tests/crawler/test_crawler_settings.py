"""What Scrapy is told, on the settings object that the engine gets, and what a person may set."""

from __future__ import annotations

import contextlib
import ipaddress
from pathlib import Path

import pytest
from scrapy.settings import Settings as ScrapySettings
from scrapy.utils.conf import build_component_list
from scrapy.utils.python import without_none_values

from crawler.config import CrawlerConfig
from crawler.doors import Door
from crawler.fetcher import Fetcher
from crawler.settings import scrapy_settings
from news.errors import ConfigError
from news.settings import Settings

MIB = 1024 * 1024


@pytest.fixture
async def settings(fetcher: Fetcher) -> ScrapySettings:
    """The settings of an engine that runs."""
    found: ScrapySettings = fetcher._engine._crawler.settings
    return found


async def test_only_http_and_https_exist_in_the_process_and_both_are_ours(settings: ScrapySettings) -> None:
    handlers = without_none_values(settings.getwithbase("DOWNLOAD_HANDLERS"))
    assert handlers == dict.fromkeys(("http", "https"), "crawler.handler.OutletHandler")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("DOWNLOAD_MAXSIZE", 5 * MIB),
        ("DNS_TIMEOUT", 10),
        ("DNSCACHE_ENABLED", False),
        ("REDIRECT_ENABLED", False),
        ("REDIRECT_MAX_TIMES", 5),
        ("METAREFRESH_ENABLED", False),
        ("RETRY_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("COMPRESSION_ENABLED", False),
        ("REFERER_ENABLED", False),
        ("REFERRER_POLICY", "no-referrer"),
        ("URLLENGTH_LIMIT", 4096),
        ("ROBOTSTXT_OBEY", False),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("CONCURRENT_REQUESTS", 64),
        ("DOWNLOAD_DELAY", 0),
        ("DOWNLOAD_DELAY_JITTER", 0),
        ("HTTPCACHE_ENABLED", False),
        ("MEMUSAGE_ENABLED", False),
        ("TWISTED_REACTOR_ENABLED", False),
        ("DUPEFILTER_CLASS", "scrapy.dupefilters.BaseDupeFilter"),
    ],
)
async def test_it_is_set(settings: ScrapySettings, name: str, value: object) -> None:
    assert settings[name] == value
    assert settings.getpriority(name) == 20, "by us, not by Scrapy's default"


def test_the_deadline_is_thirty_seconds_and_the_bytes_are_capped_by_door() -> None:
    config = CrawlerConfig()
    assert scrapy_settings(config)["DOWNLOAD_TIMEOUT"] == config.timeout_s == 30
    assert {door: config.max_bytes(door) for door in Door} == {
        Door.PAGE: 5 * MIB,
        Door.HOME: 5 * MIB,
        Door.FEED: 15 * MIB,
        Door.SITEMAP: 50 * MIB,
        Door.ROBOTS: MIB // 2,
    }


@pytest.mark.parametrize("name", ["DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS"])
async def test_none_of_scrapys_middlewares_and_extensions_runs(settings: ScrapySettings, name: str) -> None:
    assert build_component_list(settings.get_component_priority_dict_with_base(name)) == []


async def test_no_port_is_opened_by_the_engine(fetcher: Fetcher) -> None:
    ours = set()
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            ours.add(link.readlink().name)
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            assert fields[3] != "0A" or f"socket:[{fields[9]}]" not in ours, f"listens: {line}"


def config_of(**values: str) -> CrawlerConfig:
    return CrawlerConfig.from_settings(Settings({f"WIREWATCH_{key}": value for key, value in values.items()}))


def test_the_defaults_are_those_of_the_class() -> None:
    assert config_of() == CrawlerConfig()


def test_a_person_may_set_the_crawler() -> None:
    config = config_of(
        CONTACT_URL="https://owner.example/bot",
        ALLOW_NETWORKS="10.0.0.0/8, fd00::/8",
        RESOLVE="*.localhost=127.0.0.1, Outlet.Example=::1",
        DELAY="0.5",
        TIMEOUT="12",
        CONCURRENT="8",
    )
    assert config.user_agent == "Wirewatch/0.1 (+https://owner.example/bot)"
    assert config.product == "Wirewatch"
    assert config.allow_networks == (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
    assert config.resolve == (("*.localhost", "127.0.0.1"), ("outlet.example", "::1"))
    assert (config.delay_s, config.timeout_s, config.n_concurrent) == (0.5, 12.0, 8)
    assert config_of(USER_AGENT="Our Monitor/2").product == "Our"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("USER_AGENT", "a\r\nX-Evil: 1"),
        ("USER_AGENT", "Новости"),
        ("USER_AGENT", "(nameless)"),
        ("CONTACT_URL", "https://a\nb"),
        ("ALLOW_NETWORKS", "10.0.0.1/8"),
        ("RESOLVE", "a"),
        ("RESOLVE", "a=b"),
        ("RESOLVE", "=127.0.0.1"),
        ("RESOLVE", "*=127.0.0.1"),
        ("RESOLVE", "a b=127.0.0.1"),
        ("DELAY", "-1"),
        ("DELAY", "nan"),
        ("TIMEOUT", "0"),
        ("CONCURRENT", "0"),
    ],
)
def test_a_wrong_value_names_its_key(key: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"WIREWATCH_{key}"):
        config_of(**{key: value})
