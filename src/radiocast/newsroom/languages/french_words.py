"""What French writes short and says long. Data only."""

from collections.abc import Mapping
from typing import Final

from radiocast.newsroom.languages.language import words

# Before a name: "M. Dupont", "le Lt-col. Roche".
TITLES: Final[Mapping[str, str]] = {
    "MM": "Messieurs",
    "M": "Monsieur",
    "Mme": "Madame",
    "Mmes": "Mesdames",
    "Mlle": "Mademoiselle",
    "Mlles": "Mesdemoiselles",
    "Dr": "Docteur",
    "Pr": "Professeur",
    "Prof": "Professeur",
    "Me": "Maître",
    "Mgr": "Monseigneur",
    "St": "Saint",
    "Ste": "Sainte",
    "Gén": "Général",
    "gén": "général",
    "Gal": "Général",
    "Col": "Colonel",
    "col": "colonel",
    "Lt": "Lieutenant",
    "lt": "lieutenant",
    "Cdt": "Commandant",
    "Cne": "Capitaine",
    "Cap": "Capitaine",
    "Adj": "Adjudant",
    "Sgt": "Sergent",
    "Amb": "Ambassadeur",
}
# Wherever they stand, with or without a full stop.
ABBREVIATIONS: Final[Mapping[str, str]] = {
    "etc": "et cetera",
    "env": "environ",
    "min": "minutes",
    "Cie": "Compagnie",
    "bd": "boulevard",
    "bld": "boulevard",
    "dépt": "département",
    "hab": "habitants",
    "tél": "téléphone",
}
STOPPED: Final[Mapping[str, str]] = {
    "p. ex.": "par exemple",
    "c.-à-d.": "c'est-à-dire",
    "av.": "avenue",
    "chap.": "chapitre",
    "art.": "article",
    "vol.": "volume",
    "éd.": "édition",
    "janv.": "janvier",
    "févr.": "février",
    "avr.": "avril",
    "juil.": "juillet",
    "sept.": "septembre",
    "oct.": "octobre",
    "nov.": "novembre",
    "déc.": "décembre",
    "lun.": "lundi",
    "mar.": "mardi",
    "mer.": "mercredi",
    "jeu.": "jeudi",
    "ven.": "vendredi",
    "sam.": "samedi",
    "dim.": "dimanche",
}
MONTHS: Final = words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
# One and several of each, and whether one of it is "une".
UNITS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "km/h": ("kilomètre à l'heure", "kilomètres à l'heure", False),
    "km²": ("kilomètre carré", "kilomètres carrés", False),
    "km2": ("kilomètre carré", "kilomètres carrés", False),
    "m²": ("mètre carré", "mètres carrés", False),
    "m2": ("mètre carré", "mètres carrés", False),
    "m³": ("mètre cube", "mètres cubes", False),
    "m3": ("mètre cube", "mètres cubes", False),
    "km": ("kilomètre", "kilomètres", False),
    "m": ("mètre", "mètres", False),
    "cm": ("centimètre", "centimètres", False),
    "mm": ("millimètre", "millimètres", False),
    "ha": ("hectare", "hectares", False),
    "kg": ("kilogramme", "kilogrammes", False),
    "mg": ("milligramme", "milligrammes", False),
    "g": ("gramme", "grammes", False),
    "t": ("tonne", "tonnes", True),
    "l": ("litre", "litres", False),
    "L": ("litre", "litres", False),
    "ml": ("millilitre", "millilitres", False),
    "kWh": ("kilowattheure", "kilowattheures", False),
    "kW": ("kilowatt", "kilowatts", False),
    "MW": ("mégawatt", "mégawatts", False),
    "GW": ("gigawatt", "gigawatts", False),
    "Go": ("gigaoctet", "gigaoctets", False),
    "Mo": ("mégaoctet", "mégaoctets", False),
    "Hz": ("hertz", "hertz", False),
    "kHz": ("kilohertz", "kilohertz", False),
    "MHz": ("mégahertz", "mégahertz", False),
    "min": ("minute", "minutes", True),
    "sec": ("seconde", "secondes", True),
    "s": ("seconde", "secondes", True),
    "°C": ("degré", "degrés", False),
    "° C": ("degré", "degrés", False),
    "°": ("degré", "degrés", False),
}
# Nouns of which "1" and "21" are "une" and "vingt et une".
FEMININE: Final = words(
    "heure heures minute minutes seconde secondes tonne tonnes livre livres personne personnes femme "
    "femmes fille filles voiture voitures maison maisons famille familles école écoles victime "
    "victimes semaine semaines année années fois place places page pages ville villes région régions "
    "commune communes voix roupie roupies couronne couronnes équipe équipes entreprise entreprises "
    "salle salles chèvre chèvres"
)
# What is written before or after an amount: one, several, and how a hundredth is called.
CURRENCIES: Final[Mapping[str, tuple[str, str, str]]] = {
    "€": ("euro", "euros", "centime"),
    "EUR": ("euro", "euros", "centime"),
    "$": ("dollar", "dollars", "cent"),
    "US$": ("dollar américain", "dollars américains", "cent"),
    "USD": ("dollar américain", "dollars américains", "cent"),
    "$ CA": ("dollar canadien", "dollars canadiens", "cent"),
    "$CA": ("dollar canadien", "dollars canadiens", "cent"),
    "CAD": ("dollar canadien", "dollars canadiens", "cent"),
    "£": ("livre sterling", "livres sterling", "penny"),
    "GBP": ("livre sterling", "livres sterling", "penny"),
    "FCFA": ("franc C F A", "francs C F A", "centime"),
    "F CFA": ("franc C F A", "francs C F A", "centime"),
    "XOF": ("franc C F A", "francs C F A", "centime"),
    "XAF": ("franc C F A", "francs C F A", "centime"),
    "CHF": ("franc suisse", "francs suisses", "centime"),
    "FC": ("franc congolais", "francs congolais", "centime"),
    "CDF": ("franc congolais", "francs congolais", "centime"),
    "Ar": ("ariary", "ariary", "centime"),
    "DH": ("dirham", "dirhams", "centime"),
    "DA": ("dinar", "dinars", "centime"),
    "ZAR": ("rand", "rands", "cent"),
    "ZiG": ("Zig", "Zig", "cent"),
    "¥": ("yen", "yens", "sen"),
    "₽": ("rouble", "roubles", "kopeck"),
}
SCALES: Final[Mapping[str, tuple[str, str]]] = {
    "k": ("mille", "mille"),
    "M": ("million", "millions"),
    "Mio": ("million", "millions"),
    "million": ("million", "millions"),
    "millions": ("million", "millions"),
    "Md": ("milliard", "milliards"),
    "Mds": ("milliard", "milliards"),
    "Mrd": ("milliard", "milliards"),
    "Mrds": ("milliard", "milliards"),
    "milliard": ("milliard", "milliards"),
    "milliards": ("milliard", "milliards"),
}
AS_WORDS: Final[Mapping[str, str]] = {
    "ONU": "Onu",
    "OTAN": "Otan",
    "UNESCO": "Unesco",
    "UNICEF": "Unicef",
    "OPEP": "Opep",
    "NASA": "Nasa",
    "FIFA": "Fifa",
    "UEFA": "Uefa",
    "SIDA": "sida",
    "COVID": "Covid",
    "CEDEAO": "Cédéao",
    "BRICS": "Brics",
    "SMIC": "Smic",
    "INSEE": "Insee",
    "OFPRA": "Ofpra",
    "CAF": "Caf",
    "OVNI": "ovni",
    "PACS": "pacs",
    "SAMU": "Samu",
    "ENA": "Éna",
    "ZANU": "Zanou",
}
SPELLED: Final = frozenset(
    words(
        "UE UA USA RFI AFP BBC CNN RDC CPI CIJ OMS OIT OMC FMI PIB PDG ONG TVA SNCF RATP EDF CFDT CGT FO "
        "RN LR PS PCF LFI UDI CHU CIO CICR HCR PNUD PAM PMA IA ADN IRM VIH TGV RER ULM CFA HLM PME PMI "
        "TV PV SOS"
    )
)
SHOUTED: Final = frozenset(
    words(
        "LE LA LES UN UNE DES DE DU ET EN AU AUX CE SES SON SA NE PAS QUI QUE IL ELLE ON OU SUR PAR POUR "
        "DANS EST SE SI TU ME MA MES MON TA TES TON LUI NON OUI BUS CAR CLE EAU FEU FIN FOI GAZ JEU LOI "
        "MER NEZ PLUS ROI RUE SEL SUD NORD OUEST VIE VIN VOL AN ANS A Y PEU PRIX"
    )
)
# Names of newspapers that take no article in French, or bring their own.
MEDIA_WITH_LE: Final = words(
    "Mirror Times Guardian Telegraph Herald Post Independent Sun Star Mail Express Observer "
    "Chronicle Gazette Standard Tribune Journal Courrier Courier Examiner Citizen Monitor Echo "
    "Figaro Parisien Monde Soir Matin Temps Progrès Télégramme Phare Potentiel Quotidien Messager "
    "Patriote Canard Point Nouvelliste Soleil Devoir"
)
MEDIA_WITH_LA: Final = words("BBC Croix Presse Dépêche Provence Voix Liberté Montagne RTBF RTS")
NEVER_END: Final = frozenset(
    {key.lower() for key in TITLES}
    | {key.lower().rstrip(".") for key in STOPPED if " " not in key}
    | {"ex", "p", "env", "no", "nos", "n", "cf", "st", "ste", "vs", "réf", "tél"}
) - {"mar", "mer", "cap", "gal", "sept", "me"}
LITTLE: Final = frozenset(
    words("le la les un une des du de d l et est sont a ont été être sera ses son sa leur leurs ce cette ces")
)
KINGS: Final = words(
    "Louis Charles François Henri Philippe Jean Paul Benoît Pie Léon Élisabeth Elizabeth Albert "
    "Napoléon Léopold Baudouin Hassan Mohammed Juan Carlos Felipe Georges Édouard Guillaume "
    "Catherine Pierre Nicolas Alexandre"
)
NUMBERED: Final = words(
    "chapitre partie tome volume livre acte phase titre article annexe groupe niveau guerre scène "
    "type classe Vatican"
)
