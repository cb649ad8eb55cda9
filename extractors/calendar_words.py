"""The words of dates: months, zones and halves of the day, as outlets write them. Data; `dates` reads with it.

Words are folded as `fold_word` does. A word that means different months in different languages is left out, and so is
a zone's name that means different zones (IST is India's, Israel's and Ireland's; ET changes with the season).
"""

from __future__ import annotations

import unicodedata

# Twelve groups apart by `|`, January first; in a group all forms that stand in dates.
_MONTHS = {
    "en": "january jan|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sept sep|"
    "october oct|november nov|december dec",
    "ru": "январь января янв|февраль февраля фев февр|март марта мар|апрель апреля апр|май мая|июнь июня июн|"
    "июль июля июл|август августа авг|сентябрь сентября сен сент|октябрь октября окт|ноябрь ноября ноя нояб|"
    "декабрь декабря дек",
    "uk": "січень січня січ|лютий лютого лют|березень березня бер|квітень квітня кві квіт|травень травня тра трав|"
    "червень червня чер черв|липень липня лип|серпень серпня сер серп|вересень вересня вер|жовтень жовтня жов жовт|"
    "листопад листопада лис листоп|грудень грудня гру груд",
    "be": "студзень студзеня|люты лютага|сакавік сакавіка|красавік красавіка|май мая|чэрвень чэрвеня|ліпень ліпеня|"
    "жнівень жніўня|верасень верасня|кастрычнік кастрычніка|лістапад лістапада|снежань снежня",
    "tr": "ocak oca|şubat şub|mart mar|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu|eylül eyl|ekim eki|"
    "kasım kas|aralık ara",
    "az": "yanvar yan|fevral fev|mart|aprel|may|iyun|iyul|avqust avq|sentyabr|oktyabr|noyabr|dekabr",
    "hy": "հունվար հունվարի հնվ|փետրվար փետրվարի փտվ|մարտ մարտի մրտ|ապրիլ ապրիլի ապր|մայիս մայիսի մյս|"
    "հունիս հունիսի հնս|հուլիս հուլիսի հլս|օգոստոս օգոստոսի օգս|սեպտեմբեր սեպտեմբերի սեպ|"
    "հոկտեմբեր հոկտեմբերի հոկ|նոյեմբեր նոյեմբերի նոյ|դեկտեմբեր դեկտեմբերի դեկ",
    "ka": "იანვარი იანვარს იან|თებერვალი თებერვალს თებ|მარტი მარტს მარ|აპრილი აპრილს აპრ|მაისი მაისს მაი|"
    "ივნისი ივნისს ივნ|ივლისი ივლისს ივლ|აგვისტო აგვისტოს აგვ|სექტემბერი სექტემბერს სექ|"
    "ოქტომბერი ოქტომბერს ოქტ|ნოემბერი ნოემბერს ნოე|დეკემბერი დეკემბერს დეკ",
    "de": "januar jänner jan jän|februar feber feb|märz mär mrz|april apr|mai|juni jun|juli jul|august aug|"
    "september sept sep|oktober okt|november nov|dezember dez",
    "fr": "janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre sept|octobre oct|"
    "novembre nov|décembre déc",
    "es": "enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago|"
    "septiembre setiembre sept sep|octubre oct|noviembre nov|diciembre dic",
    "it": "gennaio gen|febbraio feb febbr|marzo mar|aprile apr|maggio mag|giugno giu|luglio lug|agosto ago|"
    "settembre set sett|ottobre ott|novembre nov|dicembre dic",
    "pt": "janeiro jan|fevereiro fev|março mar|abril abr|maio mai|junho jun|julho jul|agosto ago|setembro set|"
    "outubro out|novembro nov|dezembro dez",
    "pl": "styczeń stycznia sty|luty lutego lut|marzec marca mar|kwiecień kwietnia kwi|maj maja|czerwiec czerwca cze|"
    "lipiec lipca lip|sierpień sierpnia sie|wrzesień września wrz|październik października paź|"
    "listopad listopada lis|grudzień grudnia gru",
    "el": "ιανουάριος ιανουαρίου ιαν|φεβρουάριος φεβρουαρίου φεβ φεβρ|μάρτιος μαρτίου μαρ|απρίλιος απριλίου απρ|"
    "μάιος μαΐου μαίου μαϊου μάι μαι|ιούνιος ιουνίου ιουν|ιούλιος ιουλίου ιουλ|αύγουστος αυγούστου αυγ|"
    "σεπτέμβριος σεπτεμβρίου σεπ σεπτ|οκτώβριος οκτωβρίου οκτ|νοέμβριος νοεμβρίου νοε|δεκέμβριος δεκεμβρίου δεκ",
    "ro": "ianuarie ian|februarie|martie|aprilie|mai|iunie iun|iulie iul|august|septembrie|octombrie|noiembrie noi|"
    "decembrie",
    "bg": "януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември",
    "cs": "leden ledna led|únor února úno|březen března|duben dubna|květen května kvě|červen června|"
    "červenec července|srpen srpna srp|září zář|říjen října říj|listopad listopadu|prosinec prosince pro",
    "ar": "يناير جانفي|فبراير فيفري شباط|مارس آذار اذار|أبريل إبريل ابريل أفريل نيسان|مايو ماي أيار ايار|"
    "يونيو يونيه جوان حزيران|يوليو يوليه جويلية تموز|أغسطس اغسطس أوت آب|سبتمبر أيلول ايلول|أكتوبر اكتوبر|نوفمبر|"
    "ديسمبر",
    "fa": "ژانویه|فوریه|مارس|آوریل آپریل|مه می|ژوئن|ژوئیه ژوییه جولای|اوت آگوست|سپتامبر|اکتبر|نوامبر|دسامبر",
    "he": "ינואר בינואר|פברואר בפברואר|מרץ במרץ מרס במרס|אפריל באפריל|מאי במאי|יוני ביוני|יולי ביולי|אוגוסט באוגוסט|"
    "ספטמבר בספטמבר|אוקטובר באוקטובר|נובמבר בנובמבר|דצמבר בדצמבר",
}

# Months of the Levant have two words.
_PAIRS = {
    "كانون الثاني": "يناير", "كانون الأول": "ديسمبر", "تشرين الأول": "أكتوبر", "تشرين الثاني": "نوفمبر",
}  # fmt: skip

_JALALI = "فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند"

_DAYS = {
    0: "today сегодня сьогодні сёння bugün bu-gün heute aujourd'hui hoy oggi hoje dziś dzisiaj dnes днес σήμερα astăzi "
    "azi այսօր დღეს اليوم امروز היום 今天 今日 今 오늘",
    1: "yesterday вчера вчора учора ўчора dün dünən gestern hier ayer ieri ontem wczoraj včera χθες χτες երեկ გუშინ "
    "أمس ديروز دیروز אתמול 昨天 昨日 昨 어제",
}

_PUBLISHED_ON = (
    "published|published on|published at|first published|first published on|originally published on|posted|posted on|"
    "released|released on|veröffentlicht am|erschienen am|erstellt am|publiziert am|veröffentlichung|publié le|"
    "mis en ligne le|publicado el|publicado em|fecha de publicación|pubblicato il|opublikowano|data publikacji|"
    "опубликовано|дата публикации|опубліковано|дата публікації|апублікавана|yayınlanma|yayınlanma tarihi|yayın tarihi|"
    "dərc olunub|publisert|julkaistu|gepubliceerd op|δημοσίευση|δημοσιεύτηκε|publicat|publicat la|publicat pe|"
    "публикувано|публикувано на|zveřejněno|publikováno|تاريخ النشر|نُشر في|تاریخ انتشار|פורסם|פורסם ב|发布时间|发表于|"
    "公開日|게시일|입력"
)

# In hours. Those of RFC 822 first; the others are unambiguous in feeds.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "wet": 0,
    "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3, "sast": 2, "cat": 2,
    "eat": 3, "trt": 3, "msk": 3, "мск": 3, "msd": 4, "samt": 4, "azt": 4, "get": 4, "amt": 4, "uzt": 5, "pkt": 5,
    "yekt": 5, "omst": 6, "almt": 6, "krat": 7, "novt": 7, "wib": 7, "ict": 7, "irkt": 8, "hkt": 8, "sgt": 8,
    "awst": 8, "yakt": 9, "jst": 9, "kst": 9, "vlat": 10, "aest": 10, "acst": 9.5, "aedt": 11, "magt": 11, "pett": 12,
    "nzst": 12, "nzdt": 13,
}  # fmt: skip

MORNING = frozenset(["am", "a.m.", "a.m", "μ.πμ", "πμ", "上午", "午前", "오전"])
AFTERNOON = frozenset(["pm", "p.m.", "p.m", "μ.μ", "μμ", "下午", "午後", "오후"])


def fold_word(text: str) -> str:
    """Fold case so that KASIM, Kasım and kasım are one, and İ and I are i."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Casefolding takes letters with two marks apart.
    folded = folded if folded.isascii() else unicodedata.normalize("NFC", folded)
    return folded.replace("\u0307", "").replace("ı", "i")


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for groups in _MONTHS.values():
        for number, group in enumerate(groups.split("|"), 1):
            for word in group.split():
                assert found.setdefault(fold_word(word), number) == number, word
    return found


MONTHS = _months()
"""Month by folded word."""

PAIRED_MONTHS = {fold_word(pair): fold_word(month) for pair, month in _PAIRS.items()}
"""Months of two words, and another name of one word for each."""

JALALI_MONTHS = {fold_word(word): number for number, word in enumerate(_JALALI.split("|"), 1)}
"""Months of the Persian calendar by folded word."""

DAYS_AGO = {fold_word(word): number for number, words in _DAYS.items() for word in words.split()}
"""Today and yesterday, in days back, by folded word."""

ZONE_OFFSETS_S = {name: round(hours * 3600) for name, hours in _ZONES.items()}
"""Seconds east of Greenwich by folded name."""

PUBLISHED_ON = tuple(sorted(_PUBLISHED_ON.split("|"), key=len, reverse=True))
"""What stands before the date of publishing, the longest first."""
