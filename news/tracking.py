"""What in an address says nothing of the article: parameters, marks, copies. Data for `news.urls`.

Only what is known stands here. Anything else in an address is taken to name the article.
"""

from __future__ import annotations

# Parameters that tell where a reader came from, whatever their value is. In lower case.
# Left out on purpose, for they name articles at some outlet: ref, source, cid, cmp, s, share, num, newsid, ELEMENT_ID.
TRACKING_PARAMETERS = frozenset(
    (
        *("gclid", "gclsrc", "gbraid", "wbraid", "dclid", "gad_source", "gad_campaignid", "srsltid"),  # Google Ads
        *("_ga", "_gl", "_gac"),  # Google Analytics, across sites
        *("usqp", "amp_js_v", "amp_gsa", "amp_ct", "amp_lite", "__twitter_impression"),  # viewers of AMP pages
        *("fbclid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref", "mibextid", "__tn__"),  # Facebook
        *("igsh", "igshid", "twclid", "ttclid", "li_fat_id", "epik", "sccid", "msclkid"),  # other networks' clicks
        *("yclid", "ysclid", "ymclid", "yadclid", "_openstat", "etext"),  # Yandex: ads, search, OpenStat
        *("rb_clickid", "erid"),  # VK and Mail.ru ads; the token that Russian law puts on ads
        *("mc_cid", "mc_eid", "mkt_tok", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "dm_i"),  # newsletters
        *("_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking"),  # HubSpot
        *("s_cid", "s_kwcid", "ef_id", "wickedid", "spm", "scm", "wt_mc", "wt.mc_id", "_branch_match_id"),  # ad suites
        *("xtor", "at_medium", "at_campaign", "at_campaign_type", "at_format"),  # AT Internet: Le Monde, BBC
        *("at_custom1", "at_custom2", "at_custom3", "at_custom4"),
        *("at_link_id", "at_link_origin", "at_link_type", "at_ptr_name", "at_bbc_team"),
        *("ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee"),  # comScore
        *("pk_campaign", "pk_cpn", "pk_keyword", "pk_kwd", "pk_source", "pk_medium", "pk_content", "pk_cid"),  # Matomo
        *("smid", "smtyp"),  # The New York Times
        *("cmpid", "icid", "ncid", "ocid", "ito", "ftag", "taid"),  # Bloomberg, AOL, MSN, Daily Mail, CBS, Reuters
        *("soc_src", "soc_trk", "guccounter", "guce_referrer", "guce_referrer_sig"),  # Yahoo
        *("wprov",),  # Wikipedia
    )
)

# Families of them: Google's and Yandex's, Matomo's three, HubSpot's ads, Facebook's, Google Translate's.
TRACKING_PREFIXES = ("utm_", "mtm_", "matomo_", "piwik_", "hsa_", "__xts__", "_x_tr_")

_FEED = frozenset(("rss", "rss2", "atom", "feed", "feeds", "rssfeed", "rss_feed", "feedburner"))
_YES = frozenset(("", "1", "true", "yes", "y", "on"))
_TWIN = frozenset(("amp", "print"))

# Parameters that say nothing of the article with these values, and may name it with any other.
TELLING_VALUES = {
    # "The link stood in our feed": from=rss (Kommersant, RBC), partner=rss&emc=rss (NYT), srcref=rss (MSN).
    **dict.fromkeys(("from", "source", "src", "srcref", "ref", "referer", "referrer", "via", "partner", "emc"), _FEED),
    **dict.fromkeys(("medium", "campaign", "cmp", "origin", "feed"), _FEED),
    "rss": _YES,
    # The AMP twin: WordPress; outputType of Arc (The Washington Post, El País).
    **dict.fromkeys(("amp", "isamp", "__amp"), _YES),
    # The twin for the printer: DLE, Bitrix, Joomla, MediaWiki.
    **dict.fromkeys(("print", "printable", "printmode", "print_version"), _YES),
    **dict.fromkeys(("outputtype", "output_type", "output", "view", "mode", "format", "version"), _TWIN),
    # The twin for the telephone: Blogger.
    **dict.fromkeys(("m", "mobile"), frozenset(("0", "1"))),
}

# Sessions by the names that servers give them, PHP, Java, ColdFusion, ASP.NET, whatever the value.
SESSION_PARAMETERS = frozenset(("phpsessid", "jsessionid", "cfid", "cftoken", "asp.net_sessionid"))
# Names of sessions (phpBB, osCommerce, Zen Cart) that mean "story id" elsewhere: ?sid=46487 at autoconsulting.com.ua.
# A session is 32 hexadecimal digits or more; 24 are a MongoDB id.
MAYBE_SESSION_PARAMETERS = frozenset(("sid", "session_id", "sessionid", "session", "oscsid", "zenid", "s"))
# Of these the names speak as well: what PHP writes there by default, 26 digits and letters up to v, will do.
LIKELY_SESSION_PARAMETERS = MAYBE_SESSION_PARAMETERS - {"s"}

# Names of hosts' twins, before the rest of the name.
TWIN_HOSTS = ("www", "m", "mobile", "mob", "amp", "wap", "pda")
# What registries sell names below, with a country's two letters behind: www.co.uk and m.co.uk are two sites.
SOLD_BELOW = ("ac", "co", "com", "edu", "go", "gob", "gov", "mil", "msk", "ne", "net", "nom", "or", "org", "spb")

# The page that a server shows for a folder.
INDEX_PAGES = frozenset(
    f"{stem}.{kind}" for stem in ("index", "default") for kind in ("html", "htm", "php", "shtml", "asp", "aspx", "jsp")
)
