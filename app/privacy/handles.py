"""Finds names on messengers: `@name`, and a name after "WhatsApp", "Insta", "微信" and the like.

Knows the messengers and what a handle looks like. A word after a messenger's name is a handle only
if it is written like one, so that "write me on WhatsApp please" keeps its please.
"""

import re
from collections.abc import Iterator

from app.privacy.found import Hidden, listed, lowered, places, windows, words_of

HANDLE = "handle"

# "na discordzie", "instagramda": the long names with an ending
_MESSENGERS = (
    r"(?:whatsapp|telegram|instagram|facebook|messenger|snapchat|discord|viber|skype|twitter)"
    r"(?:['’]?[a-zżćńąęółśıüğçěéáí]{1,4})?|"
    r"whats\s?app|watsapp|whatsap|wasap|wpp|telega|телеграм\w*|телега|телеге|tg|тг|"
    r"insta|инстаграм\w*|инста|ig|we\s?chat|weixin|微信号?|薇信|威信|v信|vx|wx|"
    r"вайбер\w*|вотсап\w*|ватсап\w*|snap|fb|tik\s?tok|tiktok|"
    r"скайп\w*|kakao(?:\s?talk)?|zalo|qq号?|threema|line\s?id|LINE|ライン|signal|"
    r"element|matrix|vk|вк|вконтакте|ok\.ru|vinted|depop|olx|linkedin|pinterest|imo|botim|mastodon|"
    r"bluesky|threads|キュー|インスタ|テレグラム|واتساب|واتس|تيليجرام|تلغرام|تليجرام|انستغرام|انستا|"
    r"إنستغرام|انستقرام|انستجرام|تليقرام|تلقرام|سنابي|سناب شات|سناب|فيسبوك|مسنجر|تويتر|"
    r"旺旺号?|旺旺|小红书|微博|抖音|加v|加微|wallapop|leboncoin|kleinanzeigen|marktplaats|willhaben|mercari|carousell|"
    r"reddit|twitch|icq|jabber"
)
_GLUE = (
    r"(?:[\s:=\-–—()\"'“„«：]|\b(?:id|is|ist|es|est|è|é|er|är|je|is|nick|nickname|user|username|name|"
    r"name|handle|account|konto|compte|cuenta|als|as|como|come|comme|som|als|jako|sub|unter|under|pod|"
    r"sous|bajo|onder|under|på|auf|at|me|mich|mir|moi|mi|ник|никнейм|нік|логин|логін|имя|под|як|как|"
    r"пользователь|pseudo|utente|utilizador|usuario|usuário|gebruiker|brukernavn|brugernavn|"
    r"användarnamn|kullanıcı|adı|adım|użytkownik|uživatel|utilizator|my|mein|mon|mio|mój|мой|мій|"
    r"the|der|il|el|le|o|a|und|and|ou|oder|or)\b|アカウント|ユーザー名|は|が|で|号|是|账号|帐号|为|搜|加|"
    r"معرف|حسابي|اسم|المستخدم|على|هو){0,6}"
)
_AFTER_NAME = re.compile(
    rf"(?<![A-Za-z\u0400-\u04ff\u0600-\u06ff])(?P<who>{_MESSENGERS})(?P<glue>{_GLUE})"
    r"(?P<handle>@?[A-Za-z0-9_\u0400-\u04ff][\w.\-]{2,32}(?:#\d{4})?)",
    re.IGNORECASE,
)
# "auf Insta heiße ich lenas.werkbank": some words between, so only what is surely a handle
_FURTHER = re.compile(
    rf"(?<![A-Za-z\u0400-\u04ff])(?P<who>{_MESSENGERS})(?:[\s:,=–-]{{1,3}}[^\W\d_]{{1,12}}){{1,4}}[\s:]{{1,3}}"
    r"(?P<handle>[a-z][a-z0-9]{1,20}(?:_[a-z0-9_.]{1,20}|\.[a-z]{2,20}[a-z0-9_.]{0,20}))(?![\w@])",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"(?<![\w@.-])(?P<handle>[A-Za-z][\w.]{1,30}(?:[_.]|\d)[\w.]{0,30})"
    r"\s?(?:\(|,|–|-)?\s?(?:on|auf|sur|en|su|op|no|na|på|pe|в|на|у|bei|at|über|via|-)?\s?"
    r"(?:the\s)?(?P<who>telegram|instagram|insta|wechat|snapchat|facebook|tiktok|discord|skype|viber|"
    r"messenger|vinted|wallapop|leboncoin|kleinanzeigen|marktplaats|willhaben|depop|"
    r"телеграм\w*|инстаграм\w*|инсте|інстаграм\w*|telegramie|instagramie|telegramu|instagramu)\b",
    re.IGNORECASE,
)
# The sign comes first, what must not stand before it after: plain text is then skipped quickly.
_AT_NAME = re.compile(r"@(?<![\w.@/]@)(?P<handle>[A-Za-z_\u0400-\u04ff][\w.]{2,32})(?![\w@])")
# "discord: kim#4410 or kim_b77": the second of two.
_ALSO = re.compile(
    r"\s?(?:[/,&]|\b(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i|eller|och|og|nebo|a|sau|și|veya|ve|"
    r"або|і|или|и)\b|أو|或|和|か|または)\s?"
    r"(?P<handle>@?[a-z][a-z0-9]{1,20}(?:[_.][a-z0-9]{1,20}){1,3})(?![\w@-]|\.\w)"
)
# "kim#4410" on Discord
_NUMBERED = re.compile(r"(?<![\w.#@-])(?P<handle>[A-Za-z][\w.]{1,31}#\d{4})(?![\w-])")
# What the program itself puts before its users' names.
_MARKED = re.compile(r"(?<![\w.:/])live:(?:\.cid\.)?[a-z0-9][\w.-]{3,40}", re.IGNORECASE)
_SIGNS = listed(
    """
    whats watsap wasap telegr телег instag insta инстаг инсте інстаг wechat chat weixin 微信
    薇信 威信 v信 viber вайбер вотсап ватсап snapch facebook messenger tiktok twitter discord
    skype скайп kakao zalo qq threema ライン signal element matrix контакт vinted depop linkedin
    pinterest botim mastodon bluesky threads インスタ テレグラム واتس تيليجرام تلغرام تليجرام
    انستا انستقرام انستجرام تليقرام تلقرام إنستغرام انستغرام سناب فيسبوك مسنجر تويتر
    旺旺 小红书 微博 抖音 тг ok.ru 加v 加微 lineは lineの lineも wallapop leboncoin
    kleinanzeigen marktplaats willhaben mercari
    carousell reddit twitch icq jabber
    """
)
_SHORT = frozenset(listed("wpp tg ig vx wx snap fb tik line vk вк imo olx"))
_SHORT_SIGN = re.compile(
    r"\b(?:[wW][pP][pP]|[tT][gG]|[iI][gG]|[vVwW][xX]|[sS]nap|SNAP|[fF][bB]|[tT]ik|LINE|"
    r"[lL]ine\s?[iI][dD]|[vV][kK]|вк|ВК|[iI][mM][oO]|olx|OLX)\b"
)
_NOBODY = frozenset(
    listed(
        """
    all alle tous todos tutti team support service kundenservice home seller shop verkäufer help
    dhl ups gls dpd hermes postnl amazon ebay etsy info admin everyone here channel media import
    font-face charset property param return
    """
    )
)
_AMBIGUOUS = frozenset(
    listed("line snap signal ig wx tg vk ok.ru element fb matrix imo threads olx vinted вк тг wpp")
)
_VERBAL = re.compile(
    r"[:=@：]|\b(?:id|nick\w*|user\w*|name|handle|ник|логин|pseudo|als|як|как)\b|号|账号|は",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"[:=：]\s?[\"'“„«]?$|\bid\W{0,3}$|号[:：是]?$|は$|(?:user)?name\W{0,3}(?:is|ist)?\s$",
    re.IGNORECASE,
)


def find_handles(text: str) -> Iterator[Hidden]:
    """Spans of handles, with their @, and of a second one named beside them."""
    for found in _handles(text):
        yield found
        also = _ALSO.match(text, found.end)
        if also and _looks_chosen(also["handle"]):
            yield Hidden(*also.span("handle"), HANDLE)


def _handles(text: str) -> Iterator[Hidden]:
    for match in _AT_NAME.finditer(text):
        name = match["handle"].rstrip(".")
        if name.lower() not in _NOBODY:
            yield Hidden(match.start(), match.start() + 1 + len(name), HANDLE)
    for match in _MARKED.finditer(text) if "ve:" in lowered(text) else ():
        yield Hidden(match.start(), match.start() + len(match.group().rstrip(".-")), HANDLE)
    for low, high in windows(_messengers_in(text), before=50, after=110, length=len(text)):
        yield from _beside_names(text, low, high)


def _beside_names(text: str, low: int, high: int) -> Iterator[Hidden]:
    for match in _AFTER_NAME.finditer(text, low, high):
        if _is_handle(match):
            yield Hidden(match.start("handle"), _end(match), HANDLE)
    for match in _FURTHER.finditer(text, low, high):
        if match["handle"].islower():
            yield Hidden(match.start("handle"), _end(match), HANDLE)
    for match in _NUMBERED.finditer(text, low, high):
        if not match["handle"].isupper():
            yield Hidden(match.start(), match.end(), HANDLE)
    for match in _BEFORE_NAME.finditer(text, low, high):
        if _looks_chosen(match["handle"]) and not match["handle"].isupper():
            yield Hidden(match.start("handle"), _end(match), HANDLE)


def _messengers_in(text: str) -> list[int]:
    """A cheap look first: most messages name none, and the searches for names are costly."""
    found = places(lowered(text), _SIGNS)
    if not _SHORT.isdisjoint(words_of(text)):
        found += [match.start() for match in _SHORT_SIGN.finditer(text)]
    return sorted(found)


def _end(match: re.Match[str]) -> int:
    return match.start("handle") + len(match["handle"].rstrip(".-"))


def _is_handle(match: re.Match[str]) -> bool:
    handle, glue, who = match["handle"].rstrip(".-"), match["glue"], match["who"]
    if handle.startswith("@"):
        return len(handle) > 3
    if handle.lower() in _NOBODY:
        return False
    if handle.isdigit():
        return who.lower().startswith("qq") and 5 <= len(handle) <= 11
    if not glue and not _is_unspaced(who):
        return False
    if who.lower() in _AMBIGUOUS and not _VERBAL.search(glue) and "_" not in handle:
        return False
    if _looks_chosen(handle):
        return True
    return bool(_ANNOUNCED.search(glue)) and _stands_alone(match)


def _is_unspaced(who: str) -> bool:
    return ord(who[-1]) > 0x2E80


def _looks_chosen(handle: str) -> bool:
    """Written as people write handles: an underscore, a dot or a digit within letters."""
    letters = sum(c.isalpha() for c in handle)
    if letters < 2:
        return False
    if "_" in handle or re.search(r"[a-z]\.[a-z]{2}", handle) or "#" in handle:
        return True
    return bool(re.search(r"[a-zа-я]{3,}[-_.]?\d", handle)) or (
        "-" in handle and any(c.isdigit() for c in handle) and handle.islower()
    )


def _stands_alone(match: re.Match[str]) -> bool:
    """After "Insta:" one word to the end of the clause is a name; a sentence is not."""
    rest = match.string[_end(match) : _end(match) + 2]
    return (not re.match(r"\s[^\W\d_]", rest) and not match["handle"].istitle()) or (
        not rest.strip(" .,;!)\n")
    )
