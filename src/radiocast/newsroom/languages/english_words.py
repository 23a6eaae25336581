"""What English writes short and says long. Data only."""

from collections.abc import Mapping
from typing import Final

from radiocast.newsroom.languages.language import words

# Before a name, with or without a full stop: "Lt-Gen Dube", "Det. Supt. Roe".
TITLES: Final[Mapping[str, str]] = {
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Messrs": "Messieurs",
    "Dr": "Doctor",
    "Drs": "Doctors",
    "Prof": "Professor",
    "Rev": "Reverend",
    "Revd": "Reverend",
    "Fr": "Father",
    "Msgr": "Monsignor",
    "Hon": "Honourable",
    "Rt": "Right",
    "Cde": "Comrade",
    "Cdes": "Comrades",
    "Adv": "Advocate",
    "Eng": "Engineer",
    "Amb": "Ambassador",
    "Gov": "Governor",
    "Sen": "Senator",
    "Rep": "Representative",
    "Pres": "President",
    "Gen": "General",
    "Gens": "Generals",
    "Lt": "Lieutenant",
    "Lieut": "Lieutenant",
    "Maj": "Major",
    "Col": "Colonel",
    "Capt": "Captain",
    "Cpl": "Corporal",
    "Sgt": "Sergeant",
    "Pte": "Private",
    "Brig": "Brigadier",
    "Cmdr": "Commander",
    "Cdr": "Commander",
    "Adm": "Admiral",
    "Flt": "Flight",
    "Sqn": "Squadron",
    "Ldr": "Leader",
    "Wg": "Wing",
    "Gp": "Group",
    "Det": "Detective",
    "Insp": "Inspector",
    "Supt": "Superintendent",
    "Const": "Constable",
    "Asst": "Assistant",
    "Ass": "Assistant",
    "Comm": "Commissioner",
    "Dep": "Deputy",
    "Sec": "Secretary",
    "Snr": "Senior",
    "Mt": "Mount",
}
# May stand before another title: "Vice-Adm", "Rear-Adm", "Very Rev".
RANK_OPENERS: Final = ("Vice", "Rear", "Very", "Most", "Field", "Air", "Under", "Chief", "Deputy")
# Whole words, with or without a full stop, wherever they stand.
ABBREVIATIONS: Final[Mapping[str, str]] = {
    "Jr": "Junior",
    "Jnr": "Junior",
    "Sr": "Senior",
    "vs": "versus",
    "etc": "and so on",
    "approx": "approximately",
    "govt": "government",
    "Govt": "Government",
    "dept": "department",
    "Dept": "Department",
    "depts": "departments",
    "mgmt": "management",
    "cttee": "committee",
    "aka": "also known as",
    "ie": "that is",
    "eg": "for example",
    "rtd": "retired",
    "Rtd": "retired",
    "PhD": "P H D",
    "Ltd": "Limited",
    "Pvt": "Private",
    "Bros": "Brothers",
    "Univ": "University",
}
# Only with their full stop are these short for something.
STOPPED: Final[Mapping[str, str]] = {
    "e.g.": "for example",
    "i.e.": "that is",
    "v.": "versus",
    "c.": "about",
    "ca.": "about",
    "est.": "established",
    "min.": "minimum",
    "max.": "maximum",
    "a.k.a.": "also known as",
    "Co.": "Company",
    "Corp.": "Corporation",
    "Inc.": "Incorporated",
    "Ave.": "Avenue",
    "Rd.": "Road",
    "Blvd.": "Boulevard",
    "Bldg.": "Building",
    "Fig.": "Figure",
    "Vol.": "Volume",
    "Gov't": "Government",
    "gov't": "government",
    "Mon.": "Monday",
    "Tue.": "Tuesday",
    "Tues.": "Tuesday",
    "Wed.": "Wednesday",
    "Thu.": "Thursday",
    "Thur.": "Thursday",
    "Thurs.": "Thursday",
    "Fri.": "Friday",
    "Jan.": "January",
    "Feb.": "February",
    "Aug.": "August",
    "Sept.": "September",
    "Oct.": "October",
    "Nov.": "November",
    "Dec.": "December",
}
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# One and several of each.
UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "km/h": ("kilometre an hour", "kilometres an hour"),
    "kmh": ("kilometre an hour", "kilometres an hour"),
    "km/hr": ("kilometre an hour", "kilometres an hour"),
    "kph": ("kilometre an hour", "kilometres an hour"),
    "m/s": ("metre a second", "metres a second"),
    "mph": ("mile an hour", "miles an hour"),
    "sq km": ("square kilometre", "square kilometres"),
    "sq m": ("square metre", "square metres"),
    "sq ft": ("square foot", "square feet"),
    "km²": ("square kilometre", "square kilometres"),
    "km2": ("square kilometre", "square kilometres"),
    "m²": ("square metre", "square metres"),
    "m2": ("square metre", "square metres"),
    "m³": ("cubic metre", "cubic metres"),
    "m3": ("cubic metre", "cubic metres"),
    "km": ("kilometre", "kilometres"),
    "kms": ("kilometre", "kilometres"),
    "cm": ("centimetre", "centimetres"),
    "mm": ("millimetre", "millimetres"),
    "m": ("metre", "metres"),
    "ft": ("foot", "feet"),
    "ha": ("hectare", "hectares"),
    "kg": ("kilogram", "kilograms"),
    "kgs": ("kilogram", "kilograms"),
    "kgm": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"),
    "t": ("tonne", "tonnes"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "l": ("litre", "litres"),
    "ml": ("millilitre", "millilitres"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"),
    "GWh": ("gigawatt hour", "gigawatt hours"),
    "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"),
    "kV": ("kilovolt", "kilovolts"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit a second", "megabits a second"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"),
    "sec": ("second", "seconds"),
    "secs": ("second", "seconds"),
    "yr": ("year", "years"),
    "yrs": ("year", "years"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "° C": ("degree Celsius", "degrees Celsius"),
    "C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}
# What is written before or after an amount: one, several, one hundredth, several hundredths.
_DOLLARS: Final = ("dollar", "dollars", "cent", "cents")


def _national(which: str) -> tuple[str, str, str, str]:
    return (f"{which} dollar", f"{which} dollars", "cent", "cents")


def _only(name: str, several: str = "", hundredth: str = "cent") -> tuple[str, str, str, str]:
    return (name, several or name, hundredth, f"{hundredth}s")


CURRENCIES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "$": _DOLLARS,
    "US$": _national("U S"),
    "USD": _national("U S"),
    "USD$": _national("U S"),
    "A$": _national("Australian"),
    "AUD": _national("Australian"),
    "C$": _national("Canadian"),
    "CAD": _national("Canadian"),
    "NZ$": _national("New Zealand"),
    "HK$": _national("Hong Kong"),
    "N$": _national("Namibian"),
    "Z$": _national("Zimbabwe"),
    "ZW$": _national("Zimbabwe"),
    "ZWL": _national("Zimbabwe"),
    "ZWL$": _national("Zimbabwe"),
    "RTGS$": _national("Zimbabwe"),
    "ZiG": _only("Zig"),
    "ZIG": _only("Zig"),
    "£": ("pound", "pounds", "penny", "pence"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "€": _only("euro", "euros"),
    "EUR": _only("euro", "euros"),
    "R": _only("rand"),
    "ZAR": _only("rand"),
    "K": _only("kwacha"),
    "ZMW": _only("kwacha"),
    "MWK": _only("kwacha"),
    "P": _only("pula"),
    "BWP": _only("pula"),
    "MZN": _only("metical", "meticais"),
    "KSh": _only("Kenyan shilling", "Kenyan shillings"),
    "Ksh": _only("Kenyan shilling", "Kenyan shillings"),
    "KES": _only("Kenyan shilling", "Kenyan shillings"),
    "TSh": _only("Tanzanian shilling", "Tanzanian shillings"),
    "TZS": _only("Tanzanian shilling", "Tanzanian shillings"),
    "USh": _only("Ugandan shilling", "Ugandan shillings"),
    "UGX": _only("Ugandan shilling", "Ugandan shillings"),
    "₦": _only("naira"),
    "NGN": _only("naira"),
    "GH₵": _only("cedi", "cedis"),
    "₵": _only("cedi", "cedis"),
    "₹": _only("rupee", "rupees"),
    "Rs": _only("rupee", "rupees"),
    "INR": _only("rupee", "rupees"),
    "¥": _only("yen"),
    "JPY": _only("yen"),
    "CNY": _only("yuan"),
    "RMB": _only("yuan"),
    "₽": _only("rouble", "roubles"),
    "RUB": _only("rouble", "roubles"),
    "₴": _only("hryvnia", "hryvnias"),
    "₺": _only("lira"),
    "₩": _only("won"),
    "₪": _only("shekel", "shekels"),
    "CHF": _only("Swiss franc", "Swiss francs"),
    "BTC": _only("bitcoin", "bitcoins"),
}
SCALES: Final[Mapping[str, str]] = {
    "k": "thousand",
    "thousand": "thousand",
    "m": "million",
    "mn": "million",
    "mln": "million",
    "mil": "million",
    "million": "million",
    "b": "billion",
    "bn": "billion",
    "bln": "billion",
    "billion": "billion",
    "t": "trillion",
    "tn": "trillion",
    "trn": "trillion",
    "trillion": "trillion",
}
# Initials that are said as a word, as it is best put before a voice.
AS_WORDS: Final[Mapping[str, str]] = {
    "NATO": "Nato",
    "UNESCO": "Unesco",
    "UNICEF": "Unicef",
    "OPEC": "Opec",
    "NASA": "Nasa",
    "FIFA": "Fifa",
    "UEFA": "Uefa",
    "CAF": "Caf",
    "COSAFA": "Cosafa",
    "SADC": "Sadec",
    "COMESA": "Comesa",
    "ECOWAS": "Ecowas",
    "ASEAN": "Asean",
    "BRICS": "Brics",
    "AIDS": "Aids",
    "COVID": "Covid",
    "SARS": "Sars",
    "ZANU": "Zanu",
    "ZAPU": "Zapu",
    "ZESA": "Zesa",
    "ZIMRA": "Zimra",
    "ZIMSEC": "Zimsec",
    "ZINWA": "Zinwa",
    "ZINARA": "Zinara",
    "ZIFA": "Zifa",
    "ZEC": "Zec",
    "ZUPCO": "Zupco",
    "NETONE": "Net One",
    "POTRAZ": "Potraz",
    "FRELIMO": "Frelimo",
    "RENAMO": "Renamo",
    "SWAPO": "Swapo",
    "UNITA": "Unita",
    "COSATU": "Cosatu",
    "INTERPOL": "Interpol",
    "ISIS": "Isis",
    "SIM": "sim",
    "PIN": "pin",
    "LASER": "laser",
    "FTSE": "Footsie",
    "PDF": "P D F",
}
# Initials that could be taken for a word, and are spelled all the same.
SPELLED: Final = frozenset(
    words(
        "UN UK EU AU US USA UAE UNHCR UNDP WFP IMF IAEA AFP AP PA BBC ABC CIA FBI ICC ICJ IOC IAAF DRC "
        "ZBC SABC CNN CEO CFO COO CIO MP MPs MEP PM VP AI IT TV DJ ID IQ ICU ISS HIV ANC EFF MDC CCC CIO "
        "RBZ ZNA ZRP ZTA ZSE ICT NGO NGOs IOU IPO OECD OSCE EPA EIA EAC AFC ADB IDP IDPs SOS VIP VIPs "
        "ATM AGM MOU ECB SUV UFO USAID WHO"
    )
)
# Short words that shouting turns into what looks like initials.
SHOUTED: Final = frozenset(
    words(
        "THE TOP ALL AND ANY ARE AS AT BE BUT BY CAN DAY DO FOR FROM GET GO HAD HAS HE HER HIM HIS HOW I "
        "IF IN IS IT ITS MAN ME MY NEW NO NOT NOW OF OFF OH OK ON ONE OR OUR OUT OWN SAY SEE SHE SIX SO "
        "TEN TO TWO UP US WAR WAS WAY WE WHO WHY WIN WON YES YET YOU OLD BIG BAD BAN CUP CUT DIE END FLY "
        "JOB KEY LAW MET MEN OIL PAY PUT RUN SET SIT SUN TAX TEA TRY USE VAN VOTE ARMY"
    )
)
# Words after "a $5m" or "a 10km" before which the unit keeps its plural: they belong to no noun.
NO_NOUN: Final = frozenset(
    words(
        "a an per in of to for from and or by on at was is were are has had each more less than with as the"
    )
)
# Before these a unit or a currency is singular without an article, too: "500ml bottles", "the $5bn project".
NOUNS_OF_SIZE: Final = (
    r"(?:races?|relays?|runs?|walks?|finals?|farms?|lines?|plants?|bottles?|bags?|roads?|stretch|pipelines?|networks?|"
    r"radius|walls?|fences?|dams?|sprints?|hurdles|freestyle|events?|journeys?|trips?|projects?|packets?|engines?|"
    r"plots?|highways?|dash|bills?|notes?|deals?|loans?|grants?|budgets?|funds?|programmes?|programs?|packages?|"
    r"contracts?|plans?|facility|investments?|bonds?|surplus|deficits?|fines?|prizes?|rewards?|bids?|offers?|"
    r"takeovers?|stakes?|bailouts?|mines?|schemes?|initiatives?|lawsuits?|fees?|levy|pegs?|tickets?|stadiums?)"
)
# The article of media's names: "the Mirror", and not "the Reuters".
MEDIA_WITH_THE: Final = words(
    "Mirror Times Guardian Telegraph Herald Post Independent Sun Star Mail Express Observer "
    "Chronicle Gazette Standard Tribune Journal Courier Examiner Citizen Monitor Nation Echo Argus "
    "Dispatch Advertiser Argosy Inquirer Sentinel Press Record Register Bulletin BBC Agency Pilot "
    "Bell Reader Patriot Economist Leader Spectator Messenger Mercury Globe World"
)
NEVER_END: Final = frozenset(
    {key.lower() for key in TITLES}
    | {key.lower().rstrip(".") for key in STOPPED if "." not in key[:-1]}
    | {"vs", "approx", "dept", "govt", "st", "no", "nos", "art", "al", "pp", "ch", "sec", "para", "messrs"}
) - {"corp", "inc", "ave", "rd", "min", "max", "blvd", "bldg"}
LITTLE: Final = frozenset(words("a an the is are was were be been has have had will its his her their"))
# Pope, king and queen names whose numerals are places in a row.
REGNAL: Final = words(
    "Charles Elizabeth George Edward Henry James William Mary Richard John Paul Benedict Pius Leo "
    "Francis Louis Philip Philippe Frederick Catherine Peter Nicholas Alexander Juan Carlos Felipe "
    "Letsie Moshoeshoe Mswati Sobhuza Mohammed Hassan Abdullah Gregory Clement Innocent Ramses "
    "Theodoros Napoleon Harald Olav Gustaf Gustav Willem Leopold Albert Umberto Haakon Otto Rama "
    "Rudolf"
)
NUMBERED: Final = words(
    "Chapter Part Phase Act Volume Vol Book Article Grade Class Level Schedule Title Section Type "
    "Stage Category Division Tier Group Appendix Form Round Mark Scene Apollo Rocky Vatican Schengen "
    "Lomé"
)
