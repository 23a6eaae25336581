# ruff: noqa: E501 - a pattern is read whole
"""Page furniture: what stands on a page and is not the article.

Every rule is data: a name that an editor sees beside the dropped line, and patterns, one of which the whole
line must match, capitals or not. A line goes only if a rule fits; to keep such a line, change the rule
here. Pure: a line in, a rule or nothing out.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

# Furniture is short; what is longer is prose, whatever words it holds. Also keeps the patterns cheap.
MAX_FURNITURE_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that one of `patterns` matches from end to end is furniture.

    In a pattern, `{network}`, `{date}` and the like stand for the word lists below. `heads_list` marks the
    headings of link lists: the lines right under them, as long as none ends like a sentence, are the
    headlines of other stories. `takes_next` marks labels ("Image caption,") of the one line right under them.
    """

    name: str
    patterns: tuple[str, ...]
    heads_list: bool = False
    takes_next: bool = False
    _compiled: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        compiled = tuple(re.compile(_filled(pattern), re.IGNORECASE) for pattern in self.patterns)
        object.__setattr__(self, "_compiled", compiled)  # the dataclass is frozen

    def fits(self, line: str) -> bool:
        """Whether this line is furniture of this kind."""
        return any(pattern.fullmatch(line) for pattern in self._compiled)


_WORDS: Final[dict[str, str]] = {
    "{network}": (
        r"(?:facebook|twitter|x|whats ?app|telegram|linked ?in|pinterest|reddit|instagram|e-?mail|"
        r"threads|bluesky|mastodon|messenger|tumblr|print|copy link|link)"
    ),
    "{action}": (
        r"(?:share|tweet|retweet|like|pin(?: it)?|save|bookmark|print|comments?|listen|more|and|"
        r"{network})"
    ),
    "{clock}": (
        r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?|"
        r"\d{1,2} ?[ap]\.?m\.?)(?: ?\(?(?:[A-Z]{2,4}|GMT ?[+-]\d{1,2})\)?)?"
    ),
    "{date}": (
        r"(?:{day}?\d{1,2}(?:st|nd|rd|th)? {month},? \d{4}|{day}?{month} \d{1,2}(?:st|nd|rd|"
        r"th)?,? \d{4}|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
    ),
    "{day}": r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )",
    "{month}": (
        r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
        r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
    ),
    "{when}": r"(?:{date}|{clock})",
    "{stamp}": (
        r"(?:first published|last updated|last modified|published|updated|posted|modified|created|"
        r"date)(?: on| at)?:?"
    ),
    "{items}": r"(?:articles?|stories|posts?|news|content|topics?|links|coverage|reading|headlines|videos?)",
    "{section}": (
        r"(?:home|menu|search|news|sports?|business|world|africa|politics|opinion|entertainment|"
        r"lifestyle|contact(?: us)?|about(?: us)?|local|national|international|health|technology|tech|"
        r"weather|features?|videos?|live|e-?paper|breaking(?: news)?|top (?:story|stories)|exclusive|"
        r"latest|headlines|more|log ?in|subscribe)"
    ),
    "{agency}": r"(?:reuters|afp|ap|getty(?: images)?|epa|pa|shutterstock|istock|alamy|file)",
    "{picture}": r"(?:(?:file )?(?:photo(?:graph)?s?|pictures?|images?)|pic|illustration|graphic)",
    "{address}": r"(?:(?:https?|ftp)://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    "{sep}": r"[\s|•·,/:;–—-]+",
}


def _filled(pattern: str) -> str:
    """The pattern with the word lists in it; lists may name others."""
    while any(name in pattern for name in _WORDS):
        for name, words in _WORDS.items():
            pattern = pattern.replace(name, words)
    return pattern


# Order matters only for the name that is shown: the first that fits gives it.
RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "share",
        (
            (
                r"(?:share|post|pin|send|tweet|follow(?: us)?)(?: this)?(?: (?:article|story|page|"
                r"post))? (?:on|"
                r"via|by|to|with|at) {network}[.:!]?"
            ),
            r"share(?: this)?(?: (?:article|story|page|post|via|on|with friends))?[.:!]?",
            r"[|•· ]*{action}(?:{sep}{action})*[|•·: ]*",
            r"[\d.,]+ ?[km]? ?(?:shares?|likes?|views?|comments?|reads?|retweets?|replies)",
            r"(?:no|leave a|add a|post a|view|show|be the first to) comments?",
            r"(?:listen to|play|hear) this (?:article|story)|play audio|audio player|(?:text|font) size.{0,20}",
            r"click to (?:share|print|e-?mail)\b.{0,80}|like this:?|(?:like )?loading(?:\.\.\.|…)?",
            r"(?:opens in (?:a )?new window)|copy (?:link|url)|link copied[.!]?|comments (?:are )?(?:closed|off)\b.{0,40}",
            r"(?:leave|post|write) a (?:reply|comment)|log in to (?:comment|reply)\b.{0,40}|reply|report (?:comment|abuse)",
            r"(?:post )?views?: ?[\d.,]+ ?[km]?|(?:facebook|disqus) comments?|print ?friendly(?:, pdf & email)?",
            r"partager(?: (?:sur|par|cet article))?(?: {network})?|\d+ commentaires?|imprimer",
        ),
    ),
    Rule(
        "related",
        (
            r"related(?: {items})?[:.…»>]*",
            (
                r"(?:recommended|sponsored|promoted|trending|popular|latest|top|more|other|recent)"
                r" (?:for you|now|"
                r"today|{items})[:.…»>]*"
            ),
            r"(?:most|also) (?:read|popular|viewed|shared)(?: {items})?[:.…»>]*",
            r"more (?:on|from|in|about|like) (?:this|the|our|us|\w+)(?: \w+){0,3}[:.…»>]*",
            r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in).{0,20}",
            (
                r"(?:recommended|trending|up next|further reading|keep reading|what to read next|"
                r"don['’]t miss)[:.…]*"
            ),
            r"editor['’]?s['’]? (?:picks?|choice)|(?:around|from) the web|in case you missed it[:.]*",
            r"(?:à lire aussi|lire aussi|sur le même sujet|articles? (?:liés?|associés?)|les plus lus) ?[:.…»>]*",
            r"(?:next|previous) (?:article|story|post)[:.…»>]*",
        ),
        heads_list=True,
    ),
    Rule(
        "read more",
        (
            (
                r"[▶►>»→\[( ]*(?:read|see|learn|find out|view|show|load|discover)"
                r" (?:more|all|less|full (?:story|"
                r"article))(?: (?:here|stories|articles|on this story|about this))?[\])>»→….: ]*"
            ),
            r"[▶►>»→\[( ]*(?:read|see|watch|listen)(?: also| more| next| now)?: .{1,160}",
            r"[▶►>»→\[( ]*(?:à lire aussi|lire aussi|lire la suite|en savoir plus)(?: ?[:»>…] ?.{0,160})?",
            r"(?:related|recommended|don['’]t miss|also see|up next|trending|must read)(?: \w+)?: .{1,160}",
            r"(?:also read|continue reading|story continues (?:below|after)|click here)\b.{0,100}",
            r"(?:tap|click|swipe) (?:to|here|for) .{1,40}",
            r"(?:full|entire) (?:story|article)[>»:.… ]*|more ?[>»:.…]+",
        ),
    ),
    Rule(
        "page counter",
        (
            r"(?:page |slide |image |photo |picture )?\d{1,4} ?(?:of|/) ?\d{1,4}",
            r"[«‹<←| ]*(?:prev(?:ious)?|next|back)(?: (?:page|article|story|post|slide))?[›»>→| ]*",
            r"[«‹<←| ]*prev(?:ious)?[«‹<›»>←→| ]+next[›»>→| ]*",
            r"back to (?:the )?(?:top|home)|scroll (?:down|to top)|top of page|skip to (?:main )?content",
        ),
    ),
    Rule(
        "advertisement",
        (
            (
                r"[-–—\[( ]*(?:advertise?ments?|adverts?|ads?|sponsored|promoted|paid (?:content|post|"
                r"partnership))[-–—\]) ]*"
            ),
            r"advertise?ment {sep}.{0,60}|sponsored by .{1,60}",
            r"[-–—\[( ]*(?:publicité|annonce)[-–—\]) ]*",
            r"(?:report|remove|skip) (?:this )?ads?|ad feedback|(?:this )?ad (?:will end|ends) in .{1,20}",
        ),
    ),
    Rule(
        "cookies",
        (
            r".{0,80}\b(?:we|site|website|page|us)\b.{0,60}\buses? .{0,30}\bcookies\b.{0,160}",
            r"(?:accept|reject|manage|allow) (?:all |my )?(?:cookies?|preferences|settings).{0,30}",
            r"(?:accept|reject|allow) all|tout (?:accepter|refuser)|(?:ce|notre) site utilise des cookies\b.{0,160}",
            r"(?:we (?:value|care about|respect)|about) your privacy[.!]?",
            r"cookie (?:policy|settings|preferences|notice|consent)",
            r"by (?:continuing|using|browsing)\b.{0,100}\b(?:cookies|terms|privacy)\b.{0,100}",
            (
                r"(?:privacy (?:policy|notice)|terms (?:of (?:use|service)|(?:and|"
                r"&) conditions))(?:{sep}(?:and )?(?:privacy|terms|cookie|contact|about)\b.{0,80})?"
            ),
        ),
    ),
    Rule(
        "newsletter",
        (
            (
                r"(?:sign up|subscribe|register|join)\b.{0,60}\b(?:newsletters?|e-?mails?|alerts?|"
                r"updates?|inbox|"
                r"channel|notifications?|mailing list|today|now|free)\b.{0,80}"
            ),
            r"(?:get|receive)\b.{0,80}\b(?:in|to) your inbox\b.{0,60}",
            r"subscribe(?: (?:now|here|today))?[.!]?|(?:sign|log) ?(?:in|up)(?: (?:now|here))?[.!]?",
            r"(?:enter )?your e-?mail(?: address)?.{0,30}",
            r"follow (?:us|@\w+|{network})(?: on .{1,60})?[.!]?|follow \w+(?: \w+){0,3} on {network}.{0,40}",
            (
                r"(?:join|support) (?:us|our)\b.{0,60}|download (?:our|the) app.{0,60}|"
                r"turn on (?:desktop )?notifications.{0,40}"
            ),
        ),
    ),
    Rule(
        "copyright",
        (
            r"(?:\(c\)|©|copyright\b).{0,200}|.{0,160}\ball rights reserved\b.{0,60}",
            r".{0,120}(?:©|\(c\)) ?(?:19|20)\d\d.{0,80}",
            r"(?:this (?:article|story) )?(?:was |has been )?(?:first|originally) (?:published|appeared) (?:on|in|by|at)\b.{0,100}",
            r"powered by .{1,40}",
        ),
    ),
    Rule(
        "credits",
        (
            r"[(\[]?(?:reporting|writing|editing) by .{1,120};.{1,160}[)\]]?",
            r"[(\[]?(?:additional|further) reporting (?:by|from) .{1,120}[)\]]?|[(\[](?:reporting|writing|editing) by .{1,160}[)\]]",
            r"our standards: .{1,80}",
            r"(?:posted|written|published|uploaded|submitted)? ?by:? (?:admin(?:istrator)?|editor|webmaster|guest)\b(?: on| in|,|\||·).{0,60}",
            r"(?:posted |written |published |uploaded |submitted )?by:? (?:admin(?:istrator)?|editor|webmaster|guest)",
        ),
    ),
    Rule(
        "end mark",
        (
            r"[-–—* ]*(?:ends?|enditem|30|fin)[-–—* .]*|(?:\(?(?:more|more to follow)\)?|for immediate release)[.:!]?",
        ),
    ),
    Rule(
        "date",
        (
            r"[|•·(\[ ]*(?:{stamp} )?{when}(?:{sep}(?:at |on )?(?:{stamp} )?{when}){0,3}[\])|•· ]*",
            (
                r"(?:{stamp} )?(?:\d{1,3}|an?|one|two|three|few|several) ?(?:s|secs?|seconds?|m|"
                r"mins?|minutes?|h|"
                r"hrs?|hours?|d|days?|w|weeks?|months?|years?) ago(?: (?:on )?{date})?"
            ),
            r"(?:{stamp} )?(?:today|yesterday|just now)(?: at .{1,12})?",
            (
                r"(?:\d{1,3}|one|two|three|four|five)[ -]min(?:ute)?s?(?: read(?:ing time)?)?|"
                r"(?:reading time|"
                r"time to read):? ?.{1,20}"
            ),
        ),
    ),
    Rule(
        "caption",
        (
            (
                r"[\[(| ]*(?:{picture}|credits?|caption|video|watch|gallery|infographic|audio)(?: (?:credit|"
                r"courtesy|source|caption|copyright|by))? ?(?:[:/|©]| - ).{0,200}"
            ),
            r".{1,160}[.!?|–—-] ?(?:{picture}|credit)s?(?: credit| courtesy)?: ?[^.]{1,60}",
            r"{picture} (?:credit|courtesy|source|copyright|by)\b.{0,100}",
            r"[\[(] ?(?:{picture}|{agency})\b[^)\]]{0,80}[\])]",
            r"{agency}(?: ?/ ?\w+)?(?: {picture})?(?: via .{1,40})?",
            r".{0,160}\((?:{picture})(?: by|:|/| courtesy)[^)]{1,80}\)\.?",
            r"(?:view|open|enlarge) {picture}.{0,20}|(?:play|watch)(?: the)? video",
            r"\S+\.(?:jpe?g|png|gif|webp|svg)",
        ),
    ),
    Rule(
        "embed",
        (
            r"[—–-]+ ?.{1,60} ?\(@\w{1,30}\),? {date}",
            r"pic\.twitter\.com/\S+|(?:view|see) (?:this|the) (?:post|tweet|photo) on .{1,30}|(?:a )?post shared by .{1,80}",
            r"(?:this )?(?:content|video|embed|media|post) (?:is|was|could) (?:not|no longer) (?:be )?(?:available|loaded|supported).{0,80}",
            r"(?:please )?(?:enable|turn on) javascript.{0,100}|your browser does not support .{1,80}",
        ),
    ),
    Rule("caption", (r"(?:image|picture|photo|media|video) caption[,:]?",), takes_next=True),
    Rule(
        "address",
        (
            r"[<(\[ ]*{address}[>)\] .]*",
            r"(?:source|link|url|web(?:site)?|e-?mail|contact|via|visit|more at):? ?{address}",
            r"(?:tel(?:ephone)?|phone|call|whats ?app):? ?\+?[\d ()/-]{7,30}",
            r"[@#][\w.]+(?: [@#][\w.]+)*",
        ),
    ),
    Rule(
        "tags",
        (
            (
                r"(?:tags?|topics?|filed under|categor(?:y|ies)|keywords|posted in|post published in|in this (?:story|article)|"
                r"sections?): ?.{0,200}"
            ),
        ),
    ),
    Rule(
        "menu",
        (
            r"[☰≡ ]*{section}(?:(?:{sep}|\s?[>»›]\s?|\s){section})*[:> ]*",
            r"(?:you are here: ?)?home ?[>»›/] ?.{1,120}",
            r"open menu|close menu|main menu|toggle (?:menu|navigation|search)|search for:?",
        ),
    ),
    Rule("rule", (r"[\W_]+",)),
)

_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’)\]]*$")


@lru_cache(maxsize=2048)
def rule_of(line: str) -> Rule | None:
    """The first rule that says this line is furniture, or None: it is part of the article."""
    line = " ".join(line.split())
    if not line or len(line) > MAX_FURNITURE_CHARS:
        return None
    return next((rule for rule in RULES if rule.fits(line)), None)


def ends_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does, closing quotes and brackets counted in."""
    return _SENTENCE_END.search(line.rstrip()) is not None
