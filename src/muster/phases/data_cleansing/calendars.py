"""Other ways to write a day: words of East Asia, Japanese eras, half days in many languages, days by their number."""

import re
from datetime import date
from unicodedata import normalize

ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}  # the year before the era's first
ERA = re.compile(rf"^({'|'.join(ERAS)})\s?(\d{{1,2}}|元)\s?年")
ERA_LETTER = re.compile(r"^([HR])(\d{1,2})[./](?=\d{1,2}[./]\d{1,2})")  # R6.5.3; S and T are letters of other dates too
LETTERS = {"H": 1988, "R": 2018}
DAY_WORDS = re.compile(r"^(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]")
CLOCK_WORDS = re.compile(r"(\d{1,2})\s?[时時点點시]\s?(\d{1,2})\s?[分분](?:\s?(\d{1,2})\s?[秒초])?")
WEEKDAY = re.compile(
    r"\s?(?:[（(][日月火水木金土일월화수목금토][）)]|(?:星期|周|週|礼拜)[一二三四五六日天]|[월화수목금토일]요일|[日月火水木金土]曜日?)"
)
MORNING = ("上午", "午前", "오전", "凌晨", "早上", "πμ", "π.μ.", "de.", "ÖÖ")
EVENING = ("下午", "午後", "오후", "晚上", "μμ", "μ.μ.", "du.", "ÖS")
HALF_BEFORE = re.compile(
    rf"\s*({'|'.join(map(re.escape, (*MORNING, *EVENING)))})\s*(\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?)"
)
HALF_BEHIND = re.compile(
    rf"(\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?)\s?({'|'.join(map(re.escape, (*MORNING, *EVENING)))})$"
)
YEAR_OF = re.compile(r"(?<=\d{4})\s?(?:г\.?|р\.?|год[а]?)(?=[\s,]|$)")  # 3 мая 2024 г.
WEEK = re.compile(r"^(\d{4})-?W(\d{2})-?([1-7])$", re.I | re.ASCII)
ORDINAL = re.compile(r"^(\d{4})[-.](\d{3})$", re.ASCII)  # 2024.124, as mainframes count


def in_figures(text: str) -> str:
    """The text with what these ways say in figures: 令和6年5月3日 is 2024-05-03, 下午 3:12 is 3:12 PM."""
    if text.isascii() and not text.startswith(("H", "R")):
        return text
    text = WEEKDAY.sub("", normalize("NFKC", text)).strip() if not text.isascii() else text
    if found := ERA.match(text):
        text = f"{ERAS[found[1]] + (1 if found[2] == '元' else int(found[2]))}年{text[found.end() :]}"
    if found := ERA_LETTER.match(text):
        text = f"{LETTERS[found[1]] + int(found[2])}-{text[found.end() :].replace('.', '-').replace('/', '-')}"
    text = CLOCK_WORDS.sub(lambda clock: ":".join(part.zfill(2) for part in clock.groups() if part), text)
    text = DAY_WORDS.sub(lambda day: "-".join(part.zfill(2) for part in day.groups()) + " ", text)
    text = HALF_BEFORE.sub(lambda half: f" {half[2]} {_half(half[1])}", text)
    text = HALF_BEHIND.sub(lambda half: f"{half[1]} {_half(half[2])}", text)
    return " ".join(YEAR_OF.sub("", text).split())


def _half(word: str) -> str:
    return "PM" if word in EVENING else "AM"


def numbered_day(text: str) -> date | None:
    """The day that ISO 8601 names by week and weekday (2024-W18-5), or by its number in the year (2024-124)."""
    try:
        if found := WEEK.match(text):
            return date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
        if (found := ORDINAL.match(text)) and 1 <= int(found[2]) <= 366:
            return date.fromordinal(date.fromisoformat(f"{found[1]}-01-01").toordinal() + int(found[2]) - 1)
    except ValueError:
        return None
    return None
