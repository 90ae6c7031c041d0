"""Where generated customers live: names, streets and cities in the scripts of several countries. All made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city with its state, as F&O spells it ("" where F&O keeps none), and the start of its postal codes."""

    name: str
    state: str
    postal_code: str


@dataclass(frozen=True)
class Region:
    """A country as sellers spell it (each spelling is as likely), and the words of its names and addresses."""

    countries: tuple[str, ...]
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    companies: tuple[str, ...]
    trades: tuple[str, ...]


_AMERICA = Region(
    countries=("US", "USA", "usa", "United States"),
    cities=(
        City("Seattle", "WA", "981"),
        City("Portland", "OR", "972"),
        City("San Diego", "CA", "921"),
        City("Houston", "TX", "770"),
        City("Denver", "CO", "802"),
        City("Boston", "MA", "021"),
        City("Tampa", "FL", "336"),
    ),
    streets=("Elm Street", "Harbor Drive", "Mill Road", "2nd Avenue", "O'Hare Lane", "Palm Court"),
    given_names=("Nancy", "Scott", "Maria", "Kim", "Yvonne", "Robert", "Siobhán", "José"),
    family_names=("Anderson", "McKay", "O'Brien", "Campbell", "Lyon", "Higa", "Núñez", "Glynn"),
    companies=("Fourth", "Northwind", "Blue Yonder", "Alpine", "Lamna", "Proseware", "Trey", "Wingtip"),
    trades=("Coffee", "Traders", "Airlines", "Ski House", "Healthcare", "Research", "Toys & Co.", "Wholesales"),
)
_GERMANY = Region(
    countries=("DE", "Germany", "Deutschland"),
    cities=(City("München", "BY", "803"), City("Köln", "NW", "506"), City("Düsseldorf", "NW", "402")),
    streets=("Hauptstraße", "Lindenweg", "Große Bleichen", "Königsallee"),
    given_names=("Jürgen", "Käthe", "Björn", "Anneliese"),
    family_names=("Groß", "Schröder", "Müller", "Weiß"),
    companies=("Müller", "Nordsee", "Schwarzwälder", "Rhein"),
    trades=("Möbel GmbH", "Handel AG", "Großhandel KG", "Elektronik GmbH"),
)
_LITHUANIA = Region(
    countries=("LT",),
    cities=(City("Vilnius", "", "01"), City("Šiauliai", "", "76"), City("Klaipėda", "", "91")),
    streets=("Gedimino pr.", "Žalgirio g.", "Šv. Jono g."),
    given_names=("Žygimantas", "Eglė", "Ąžuolas", "Rūta"),
    family_names=("Šiaučiūnas", "Žukauskienė", "Kazlauskas", "Čepaitė"),
    companies=("Žalioji", "Baltijos", "Šiaurės", "Gintaro"),
    trades=("prekyba UAB", "elektronika UAB", "baldai UAB"),
)
_GREECE = Region(
    countries=("GR",),
    cities=(City("Αθήνα", "", "105"), City("Θεσσαλονίκη", "", "546")),
    streets=("Ερμού", "Πανεπιστημίου", "Τσιμισκή"),
    given_names=("Ελένη", "Νίκος", "Δήμητρα"),
    family_names=("Παπαδοπούλου", "Γεωργίου", "Ιωαννίδης"),
    companies=("Αιγαίο", "Όλυμπος", "Ήλιος"),
    trades=("Εμπορική Εταιρεία", "Ηλεκτρονικά Είδη"),
)
_CHINA = Region(
    countries=("CN", "China"),
    cities=(City("上海", "", "2000"), City("深圳", "", "5180")),
    streets=("南京路", "人民大道", "中山路"),
    given_names=("小明", "丽", "伟", "芳"),
    family_names=("王", "李", "张", "欧阳"),
    companies=("东方", "长城", "华夏"),
    trades=("贸易有限公司", "电子有限公司"),
)
_EGYPT = Region(
    countries=("EG", "Egypt"),
    cities=(City("القاهرة", "", "115"), City("الإسكندرية", "", "215")),
    streets=("شارع النيل", "شارع التحرير"),
    given_names=("فاطمة", "محمد", "ليلى"),
    family_names=("الزهراء", "حسن", "عبد الله"),
    companies=("النيل", "الأهرام", "الشرق"),
    trades=("للتجارة", "للإلكترونيات"),
)
REGIONS = {"usmf": (_AMERICA,), "demf": (_GERMANY, _GERMANY, _LITHUANIA, _GREECE, _CHINA, _EGYPT)}
"""By legal entity, where its customers live; one named twice is as likely as two."""
