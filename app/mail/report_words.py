"""The words in which mail servers say that a mail did not arrive. Data only.

The status numbers are those of RFC 3463; the first pattern that fits decides.
"""

import re

DAEMON = re.compile(
    r"mailer[-_ ]?daemon|po+st_?master|mail delivery|mail deliver system|mail administrator"
    r"|mail(?: delivery)? (?:sub)?system|delivery (?:sub)?system|delivery service|double-bounce"
    r"|mail ?router|symantec|bounce[s]?@|system administrator|systemadministrator|mail server"
    r"|automated delivery|mmdf|administrateur|undeliver",
    re.IGNORECASE,
)

REPORT_SUBJECT = re.compile(
    r"undeliver|non[- ]?deliver|not delivered|cannot (?:be )?deliver|could(?: not|n't) (?:be )?"
    r"(?:deliver|send|sent)|failure notice|failed (?:to deliver|mail|delivery)|delivery"
    r" (?:status|failure|failed|problem|error|report|unsuccess|has failed|incomplete|delayed)"
    r"|deliver(?:y|ing)? .{0,20}(?:fail|delay)|returned (?:e?-?mail|to sender|message)"
    r"|mail (?:system )?(?:error|failure|delivery)|message (?:delayed|status|undeliver|delivery)"
    r"|user unknown|unknown user|warning: (?:could not|message)|dsn\b|bounce|rejected mail"
    r"|e?-?mail (?:not|undeliver)|nondeliverable|unzustellbar|nicht zugestellt|unzustellbarkeit"
    r"|zustellung|non remis|échec|non distribu|no se (?:pudo|ha podido) entregar|no entregado"
    r"|non recapitabile|mancato recapito|não (?:entregue|foi possível)|onbestelbaar|niet bezorgd"
    r"|kunde inte levereras|ikke leveres|niedostarcz|nedoručiteln|kézbesít|недостав|не доставлено"
    r"|配信|配送|送信でき|届きません|退信|系统退信|投递失败|無法傳遞|반송|전송 실패",
    re.IGNORECASE,
)

DELAY_WORDS = re.compile(
    r"warning: (?:could not send|message|your)|delayed|\bdelay\b|not need to resend|will be retried"
    r"|will (?:continue|keep) (?:to )?try|still (?:being )?(?:tried|trying)|wird verzögert"
    r"|verzögert"
    r"|retardé|retrasado|message is still in the queue|delivery attempts will continue",
    re.IGNORECASE,
)

COMPLAINT_SUBJECT = re.compile(
    r"complaint about (?:a )?(?:message|mail)|(?:email )?(?:abuse|spam) (?:report|complaint)"
    r"|feedback loop report",
    re.IGNORECASE,
)

COPY_BEGINS = re.compile(
    r"^(?:-{2,}\s?(?:below this line|the header|(?:this is )?a copy of|original|returned"
    r"|undelivered"
    r"|unsent|the following is|begin|message headers?|headers? of)[^\n]{0,80}"
    r"|[^\n]{0,40}(?:copy of (?:the|your) (?:original )?(?:message|mail)"
    r"|original message (?:follows|"
    r"headers?)|message headers? follow|unsent message|returned message|returned text"
    r"|message header|original mail)[^\n]{0,60}:?\s?-{0,80}"
    r"|received: (?:from|by)|return-path: )",
    re.IGNORECASE | re.MULTILINE,
)

# ruff: noqa: ISC004 - the second of each pair is one long pattern
_WORDS: tuple[tuple[str, str], ...] = (
    (
        "5.1.1",
        r"user unknown|unknown user|no such user|user (?:was )?not found|unknown recipient"
        r"|recipient unknown|no such (?:mailbox|recipient|person)",
    ),
    (
        "5.2.2",
        r"(?:mail ?box|inbox|account|quota|storage|disk|user).{0,40}(?:full|exceed|over ?quota"
        r"|limit)"
        r"|over ?quota|quota exceed|exceed.{0,30}(?:quota|storage)|insufficient (?:disk|space"
        r"|storage)"
        r"|out of (?:disk|storage)|not enough (?:disk|storage|space)|too full|full mailbox"
        r"|maximum allowed quota|postfach.{0,20}voll|boîte.{0,30}pleine|buzón.{0,20}lleno"
        r"|メールボックスがいっぱい|容量",
    ),
    (
        "5.3.4",
        r"(?:message|mail|size).{0,40}(?:too (?:large|big|long)|exceeds?|larger than"
        r"|over(?:sized)?\b)"
        r"|too (?:large|big) (?:message|mail)|size limit|maximum (?:message )?size|サイズ",
    ),
    (
        "5.4.6",
        r"too many hops|mail loop|loops? back|routing loop|mail forwarding loop|loop detected"
        r"|too many received|delivered-to loop",
    ),
    (
        "4.4.7",
        r"retry time(?:out)? (?:exceeded|not reached)|too long in (?:the )?queue|queue too long"
        r"|(?:delivery )?(?:time|message|mail) (?:has )?expired|time ?out expired"
        r"|has been in the queue"
        r"|exceeded.{0,20}(?:time|retr|attempts)|giving up|could not be delivered for",
    ),
    (
        "5.1.2",
        r"(?:host|domain|mx|dns).{0,60}(?:unknown|not found|non-?exist|does ?n[o']t exist|invalid"
        r"|lookup|no such)|unknown (?:host|domain)|no such (?:host|domain)|name (?:service"
        r"|server) error"
        r"|bad destination (?:host|system)|unrouteable (?:mail )?domain|illegal host|null mx"
        r"|unable to (?:look|resolve)|no mx|no route.{0,10}domain|cannot resolve",
    ),
    (
        "5.2.1",
        r"disabled|suspend|inactiv|not active|deactivat|account (?:is )?(?:closed|locked|terminated"
        r"|expired)|has been (?:closed|blocked|locked)|no longer (?:available|active|in use|valid)"
        r"|not accepting (?:mail|message)|利用停止|停止",
    ),
    (
        "5.1.1",
        r"(?:user|recipient|mail ?box|address|account|person|name|login|alias|local.?part|contact)"
        r".{0,60}(?:unknown|not (?:be )?(?:found|known|exist|listed|recogni[sz]ed|available|valid"
        r"|our)"
        r"|unavailable|does ?n[o'’]t (?:exist|have)|invalid|do(?:es)? not exist|no such|reject)"
        r"|(?:unknown|invalid|no such|bad|non-?existent|unrecogni[sz]ed|illegal|nonexistent|wrong)"
        r" (?:user|recipient|mail ?box|address|account|person|name|local|e-?mail|alias|destination)"
        r"|no (?:mailbox|account|valid recipient|recipient)|unrouteable|unroutable"
        r"|undeliverable address"
        r"|(?:not|isn't) (?:listed|found) in|does ?n[o'’]t have an? .{0,40}account|unknown to"
        r"|unbekannt|existiert nicht|inconnue?|n'existe pas|no existe|non esiste|sconosciut"
        r"|não existe"
        r"|見つかりません|存在しません|リストにありません|あて先|宛先|不存在|存在しない"
        r"|not a valid|cannot find",
    ),
    (
        "5.7.1",
        r"spam|block(?:ed|list)|black ?list|denied|not (?:authori[sz]ed|permitted|allowed|accept)"
        r"|polic(?:y|ies)|reputation|spf|dkim|dmarc|virus|malware|prohibited|forbidden|unsolicited"
        r"|relay|banned|content (?:filter|reject)|refused by|rejected|reject|reverse dns"
        r"|ptr record",
    ),
    (
        "4.4.1",
        r"connection (?:refused|timed? ?out|reset|lost|closed|dropped|failed)|(?:unable"
        r"|could ?n[o']t|"
        r"could not|cannot|can't|fail\w*) (?:to )?(?:connect|establish|reach|contact)|no route"
        r"|network (?:is )?unreachable|not responding|did not respond|host.{0,20}(?:down"
        r"|unreachable)"
        r"|operation timed out|timed? ?out|no answer|server unavailable|lost connection",
    ),
    (
        "4.7.1",
        r"grey ?list|try (?:again )?later|temporar|rate limit|too many (?:connection|message)",
    ),
    (
        "5.0.0",
        r"permanent|fatal error|could not be delivered|was not delivered|undeliverable"
        r"|delivery failed"
        r"|unable to deliver|failed to deliver|did not reach|not able to deliver|no transport"
        r"|配信できません|送信できません|配送",
    ),
)
_STATUS = tuple((status, re.compile(pattern, re.IGNORECASE)) for status, pattern in _WORDS)


def status_from_words(text: str) -> str | None:
    """The status that the words of a server stand for, or None."""
    for status, pattern in _STATUS:
        if pattern.search(text):
            return status
    return None
