"""Invented people and companies in several scripts. Nobody and nothing here exists."""

from __future__ import annotations

from crmtui.frozen import dataclass


@dataclass(frozen=True, slots=True)
class People:
    """Names of one tongue: given and family names as (as written, as in a mail address), how they are joined, the family's place."""

    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]
    joined: str = " "
    family_first: bool = False


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`written/latin, …`; a name that is plain Latin stands for both."""
    parts = (word.strip().partition("/") for word in text.split(","))
    return tuple((written, latin or written.lower()) for written, _, latin in parts)


PEOPLE: dict[str, People] = {
    "english": People(
        _pairs("Maud, Piers, Tamsin, Rowan, Edith, Clement, Orla, Hugh, Petra, Saul, Wren, Giles"),
        _pairs("Fallowfield, Merriweather, Tidewell, Hawksmere, Brackenridge, Pennywell, Ashgrove, Quillfeather, O'Brannick/obrannick"),
    ),
    "spanish": People(
        _pairs("Inés/ines, Álvaro/alvaro, Nuria, Joaquín/joaquin, Begoña/begona, Íñigo/inigo, Lucía/lucia"),
        _pairs("Peñalver Ríos/penalver, Arroyo Vidal/arroyo, Núñez Olmeda/nunez, Valdés Roble/valdes, Ibáñez Luna/ibanez"),
    ),
    "german": People(
        _pairs("Jörg/joerg, Käthe/kaethe, Anselm, Friederike, Björn/bjoern, Søren/soeren, Åsa/aasa"),
        _pairs("Grünwaldt/gruenwaldt, Möwenthal/moewenthal, Süßkirch/suesskirch, Lindqvist-Ås/lindqvist, Tannried, Ærøholm/aeroeholm"),
    ),
    "polish": People(
        _pairs("Łucja/lucja, Stanisław/stanislaw, Zofia, Grażyna/grazyna, Bogumił/bogumil, Jędrzej/jedrzej"),
        _pairs("Żuraw/zuraw, Gołąb/golab, Wróbel/wrobel, Łoś/los, Dąb-Leśny/dab"),
    ),
    "french": People(
        _pairs("Hélène/helene, Gaël/gael, Maëlys/maelys, Benoît/benoit, Zoé/zoe"),
        _pairs("Brumeval, Clairefontaine-Noël/clairefontaine, Lefèvrier/lefevrier, Châtaignel/chataignel"),
    ),
    "cyrillic": People(
        _pairs("Олена/olena, Андрій/andrii, Юлия/yulia, Семён/semyon, Ярослав/yaroslav, Алёна/alyona, Тимофей/timofey, Їлена/yilena"),
        _pairs("Ясенчук/yasenchuk, Лозовенко/lozovenko, Криничко/krynychko, Черемха/cheremkha, Дубрава/dubrava, Журавель/zhuravel"),
    ),
    "japanese": People(
        _pairs("潤/jun, 小百合/sayuri, 健太/kenta, 美波/minami"),
        _pairs("高森/takamori, 青柳/aoyagi, 白樺/shirakaba, 月岡/tsukioka"),
        family_first=True,
    ),
    "chinese": People(_pairs("云飞/yunfei, 雨晴/yuqing, 志远/zhiyuan, 小溪/xiaoxi"), _pairs("林/lin, 苏/su, 欧阳/ouyang"), "", True),
    "korean": People(_pairs("하늘/haneul, 민서/minseo, 도윤/doyun, 가람/garam"), _pairs("김/kim, 남궁/namgung, 윤/yoon"), "", True),
    "arabic": People(_pairs("ليلى/layla, سامر/samer, نور/noor, ياسين/yasin"), _pairs("الزيتوني/alzaytouni, النجار/alnajjar, الورد/alward")),
}

HOMEOWNERS = {"english": 13, "spanish": 5, "german": 6, "polish": 5, "french": 4, "cyrillic": 6, "japanese": 2, "chinese": 2, "korean": 2}
"""How many private people of each tongue."""

MANAGER = ("Marta Vidrike", "marta.vidrike@example.com", "All regions")

REPS = (
    ("Tomás Villaseca", "tomas.villaseca@example.com", "South"),
    ("Brigid Fallow", "brigid.fallow@example.com", "North"),
    ("Noor Haddadin", "noor.haddadin@example.com", "Coast"),
    ("Елена Ракитина", "elena.rakitina@example.com", "East"),
    ("Jun Takamori", "jun.takamori@example.com", "City"),
)
"""Name, mail, region."""

REGIONS: dict[str, tuple[str, ...]] = {
    "South": ("spanish", "french"),
    "North": ("english", "german"),
    "Coast": ("arabic", "english"),
    "East": ("cyrillic", "polish"),
    "City": ("japanese", "chinese", "korean"),
}
"""Which tongues are at home in the region of each rep."""

TOWNS: dict[str, tuple[str, ...]] = {
    "South": ("Vallefría del Mar", "Peñalisa", "Brumeval-sur-Orle"),
    "North": ("Larkmere", "Tillingwick", "Grünmoos"),
    "Coast": ("Saltwhistle", "Osprey Sound", "Ras Al Zaitun"),
    "East": ("Żurawin", "Ясенівка", "Поречная"),
    "City": ("潮見坂", "云杉里", "Harbour Quarter"),
}

STREETS = ("Lindenweg", "Mill Lane", "Calle del Olmo", "Rue des Tilleuls", "ul. Brzozowa", "вул. Садова", "Station Road", "Quay Street")

COMPANIES: tuple[tuple[str, str, str, str], ...] = (
    ("Alderbrook Homes", "alderbrook", "builder", "North"),
    ("Larchmere Housing Trust", "larchmere", "housing", "North"),
    ("Quillstone Builders", "quillstone", "builder", "North"),
    ("Fennimore & Daughters", "fennimore", "builder", "North"),
    ("Harrowgill Hotels", "harrowgill", "hotel", "North"),
    ("Marrowby School", "marrowby", "public", "North"),
    ("Thistledown Care Homes", "thistledown", "housing", "North"),
    ("Tillingwick Library", "tillingwick", "public", "North"),
    ("Möwenwinkel Ferienhäuser", "moewenwinkel", "hotel", "North"),
    ("Grünmoos Wohnbau", "gruenmoos", "housing", "North"),
    ("Architekten Süßbach", "suessbach", "architect", "North"),
    ("Ærøskov Byg", "aeroeskov", "builder", "North"),
    ("Fjellgrind Hytter", "fjellgrind", "hotel", "North"),
    ("Öbergsvik Skola", "obergsvik", "public", "North"),
    ("Construcciones Peñalisa", "penalisa", "builder", "South"),
    ("Hotel Vallefría", "vallefria", "hotel", "South"),
    ("Residencial Arroyo Azul", "arroyoazul", "housing", "South"),
    ("Estudio Nogalera", "nogalera", "architect", "South"),
    ("Colegio Los Almendros Altos", "almendros", "public", "South"),
    ("Château Brumeval", "brumeval", "hotel", "South"),
    ("Ateliers Clairboise", "clairboise", "architect", "South"),
    ("Bâtisseurs du Lac Vert", "lacvert", "builder", "South"),
    ("Boulangeries Épi d'Orle", "epidorle", "shop", "South"),
    ("Saltmarsh Studios", "saltmarsh", "architect", "Coast"),
    ("Osprey Wharf Lofts", "ospreywharf", "housing", "Coast"),
    ("Copperfinch Cafés", "copperfinch", "shop", "Coast"),
    ("Penwhistle Property", "penwhistle", "housing", "Coast"),
    ("Wrenfield Nurseries", "wrenfield", "shop", "Coast"),
    ("Brambleton Boatyard", "brambleton", "shop", "Coast"),
    ("Saltwhistle Harbour Office", "saltwhistle", "public", "Coast"),
    ("واحة النخيل الزرقاء", "blueoasis", "hotel", "Coast"),
    ("دار الياسمين للبناء", "daryasmin", "builder", "Coast"),
    ("Budowa Żurawin", "zurawin", "builder", "East"),
    ("Osiedle Modrzewica", "modrzewica", "housing", "East"),
    ("Łabędzi Dwór", "labedzidwor", "hotel", "East"),
    ("Тёплый Берег", "tyoplybereg", "housing", "East"),
    ("Поречьестрой-Лад", "porechye", "builder", "East"),
    ("Гостиница «Синяя ель»", "sinyaya-el", "hotel", "East"),
    ("Ясенева садиба", "yaseneva", "hotel", "East"),
    ("Школа «Заречная роща»", "zarechnaya", "public", "East"),
    ("Будинок над ставом", "nadstavom", "housing", "East"),
    ("青楓ホーム", "aokaede", "builder", "City"),
    ("白樺台旅館", "shirakabadai", "hotel", "City"),
    ("潮見坂工務店", "shiomizaka", "builder", "City"),
    ("云杉里酒店", "yunshanli", "hotel", "City"),
    ("竹影建筑事务所", "zhuying", "architect", "City"),
    ("푸른돌 건축", "pureundol", "builder", "City"),
    ("별무리 책방", "byeolmuri", "shop", "City"),
    ("Ravensloe Dental", "ravensloe", "shop", "City"),
    ("Twelve Lanterns Offices", "twelvelanterns", "housing", "City"),
)
"""Name, domain, kind of client, region."""

CIRCLE: tuple[tuple[str, str, str], ...] = (
    ("Glaswerk Hohenlind", "hohenlind", "supplier"),
    ("Oakmere Timber", "oakmere", "supplier"),
    ("Ferramenta Valdoro", "valdoro", "supplier"),
    ("Fitwright Installers", "fitwright", "partner"),
    ("Ziedlapa Interiors", "ziedlapa", "partner"),
    ("Energieberatung Kiebitz", "kiebitz", "partner"),
    ("Klarvue Windows", "klarvue", "competitor"),
    ("Doorsmith Direct", "doorsmith", "competitor"),
    ("Panelwise Glazing", "panelwise", "competitor"),
)
"""Name, domain, role."""

POSITIONS = ("managing director", "purchasing", "site manager", "architect", "facility manager", "office manager", "owner")
