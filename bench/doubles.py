"""Made-up clients among whom doubles are planted, the same each time: what `bench.duplicates` and the tests look for them in.

Names are drawn so that a few are common and most are rare, in five scripts; many people share a first or a last name, and some both.
Beside the doubles there are those who only look like ones: families with one phone, offices with one mail, colleagues with one
switchboard, fathers and sons, namesakes in other companies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

_ENGLISH = (
    "James Mary John Patricia Robert Linda Michael Susan William Karen David Nancy Thomas Lisa Daniel Emma Oliver Grace Henry Alice",
    "Smith Johnson Brown Taylor Wilson Davies Evans Walker Wright Thompson Harris Clarke Turner Cooper Ward Fletcher Ashgrove Pemberton "
    "Whitlock Fairweather Hollis Marchbanks Ravenscroft Thistlewood",
)
_GERMAN = (
    "Anna Lukas Jürgen Hans Käthe Ursula Stefan Björn Sabine Jörg Heike Markus",
    "Müller Schmidt Schneider Fischer Weber Wagner Becker Schäfer Krüger Vogelsang Möwenthal Süßkirch Grünwald Hohenlohe Brandstätter",
)
_RUSSIAN = {
    "Иван": "Ivan", "Пётр": "Petr", "Сергей": "Sergey", "Алексей": "Alexey", "Дмитрий": "Dmitry", "Михаил": "Mikhail", "Андрей": "Andrey",
    "Николай": "Nikolay", "Евгений": "Evgeny", "Юрий": "Yuri", "Григорий": "Grigory", "Фёдор": "Fedor",
}  # fmt: skip
_RUSSIAN_LAST = {
    "Иванов": "Ivanov", "Петров": "Petrov", "Смирнов": "Smirnov", "Кузнецов": "Kuznetsov", "Попов": "Popov", "Соколов": "Sokolov",
    "Лебедев": "Lebedev", "Козлов": "Kozlov", "Новиков": "Novikov", "Морозов": "Morozov", "Волков": "Volkov", "Зайцев": "Zaytsev",
    "Хабаров": "Khabarov", "Щербаков": "Shcherbakov", "Жуков": "Zhukov", "Цветков": "Tsvetkov", "Ракитин": "Rakitin",
    "Журавлёв": "Zhuravlev", "Юдин": "Yudin", "Яковлев": "Yakovlev", "Чернов": "Chernov", "Шестаков": "Shestakov",
}  # fmt: skip
_RUSSIAN_STEMS = [
    pair.split("/")
    for pair in [
        "Берез/Berez",
        "Бород/Borod",
        "Вереск/Veresk",
        "Воробь/Vorob",
        "Горбат/Gorbat",
        "Гранов/Granov",
        "Долгополь/Dolgopol",
        "Дубров/Dubrov",
        "Ермол/Ermol",
        "Заболот/Zabolot",
        "Кольц/Kolts",
        "Кремн/Kremn",
        "Лазар/Lazar",
        "Лугов/Lugov",
        "Мельник/Melnik",
        "Остров/Ostrov",
        "Полян/Polyan",
        "Рыбак/Rybak",
        "Садов/Sadov",
        "Тарас/Taras",
        "Токар/Tokar",
        "Уваров/Uvarov",
        "Филипп/Filipp",
        "Храпов/Khrapov",
        "Черкас/Cherkas",
        "Шумил/Shumil",
    ]
]
_RUSSIAN_ENDS = [pair.split("/") for pair in ["енко/enko", "ский/skiy", "ин/in", "ович/ovich", "ов/ov", "ёв/ev", "ицын/itsyn"]]
_GERMAN_STEMS = [
    "Eichen", "Linden", "Birken", "Stein", "Hohen", "Nieder", "Ober", "Sand", "Rosen", "Königs", "Brücken", "Falken", "Löwen", "Birn",
    "Tannen",
]  # fmt: skip
_GERMAN_ENDS = ["bach", "berg", "feld", "hof", "mann", "stein", "thal", "wald", "brunn", "dorf"]
_KOREAN = {
    "김": "Kim", "이": "Lee", "박": "Park", "최": "Choi", "정": "Jung", "강": "Kang", "조": "Cho", "윤": "Yoon", "장": "Jang",
    "임": "Lim",
}  # fmt: skip
_KOREAN_FIRST = {
    "민수": "Minsoo", "지훈": "Ji-hoon", "서연": "Seo-yeon", "민준": "Min-jun", "지우": "Jiwoo", "하은": "Haeun", "도윤": "Do-yoon",
    "수진": "Soojin", "영호": "Youngho", "은지": "Eunji", "현우": "Hyunwoo", "성민": "Seong-min", "유진": "Yujin", "태현": "Taehyun",
}  # fmt: skip
_CHINESE = {
    "王": "Wang", "李": "Li", "张": "Zhang", "刘": "Liu", "陈": "Chen", "杨": "Yang", "赵": "Zhao", "黄": "Huang", "周": "Zhou",
    "吴": "Wu",
}  # fmt: skip
_CHINESE_FIRST = {
    "伟": "Wei", "芳": "Fang", "秀英": "Xiuying", "敏": "Min", "静": "Jing", "丽": "Li", "强": "Qiang", "磊": "Lei", "洋": "Yang",
    "勇": "Yong", "雨晴": "Yuqing", "建国": "Jianguo", "志明": "Zhiming", "晓红": "Xiaohong",
}  # fmt: skip
_PLACES = [
    "Alder", "Birch", "Cedar", "Drift", "Elm", "Fern", "Glen", "Harbor", "Iron", "Juniper", "Kestrel", "Larch", "Maple", "North",
    "Osprey", "Pine", "Quill", "Raven", "Stone", "Thorn", "Umber", "Vale", "Willow", "Yarrow", "Amber", "Bramble", "Copper", "Dover",
    "Ember", "Falcon",
]  # fmt: skip
_ENDS = ["brook", "wood", "ridge", "field", "stead", "mere", "ford", "gate", "haven", "crest", "dale", "point"]
_TRADES = [
    "Homes", "Systems", "Trading", "Foods", "Motors", "Labs", "Media", "Energy", "Builders", "Logistics", "Interiors", "Textiles",
    "Orchards", "Dental", "Legal",
]  # fmt: skip
_FORMS = ("Ltd", "Inc.", "LLC", "GmbH", "")
_FREE = ("gmail.com", "gmail.com", "mail.ru", "yahoo.com", "naver.com", "outlook.com")
_LOOK_ALIKE = str.maketrans("аеорсух", "aeopcyx")


@dataclass(frozen=True)
class Made:
    """A made-up client. `latin` is the name in Latin letters as a colleague would write it; `company` an index in the list."""

    name: str
    kind: str = "person"
    latin: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: int | None = None
    website: str = ""
    born: str = ""


@dataclass
class World:
    """The clients, and the pairs of places in the list that are one."""

    clients: list[Made] = field(default_factory=list)
    doubles: set[tuple[int, int]] = field(default_factory=set)


def planted(size: int, doubles: int) -> World:
    """So many clients of whom so many are doubles of others; always the same."""
    rng, world = Random(20260304), World()
    firms = size // 5
    for number in range(firms):
        world.clients.append(_firm(rng, number))
    while len(world.clients) < size - doubles:
        world.clients.append(_person(rng, world, firms))
        if rng.random() < 0.03 and len(world.clients) < size - doubles:
            world.clients.append(_look_alike(rng, world.clients[-1]))
    chosen = rng.sample(range(len(world.clients)), min(len(world.clients), doubles * 12))
    kinds = list(_DOUBLES)
    for number in range(doubles):
        kind = kinds[number % len(kinds)]
        twin = None
        while twin is None:
            place = chosen.pop()
            twin = kind(rng, world.clients[place])
        world.doubles.add((place, len(world.clients)))
        world.clients.append(twin)
    return world


def _pick(rng: Random, many: Any) -> Any:
    """One of many, those that stand first far more often."""
    words = many.split() if isinstance(many, str) else list(many)
    return words[int(len(words) * rng.random() ** 1.6)]


def _firm(rng: Random, number: int) -> Made:
    stem = f"{rng.choice(_PLACES)}{rng.choice(_ENDS)}"
    name = f"{stem} {rng.choice(_PLACES)} {rng.choice(_TRADES)}"
    domain = f"{name.replace(' ', '').lower()}{number}.example.com"
    mails = (f"info@{domain}",) if rng.random() < 0.6 else ()
    return Made(f"{name} {rng.choice(_FORMS)}".strip(), "company", "", mails, (_phone(rng, "+1"),), None, domain)


def _person(rng: Random, world: World, firms: int) -> Made:
    name, latin, country = _name(rng)
    company = int(firms * rng.random()) if rng.random() < 0.6 else None
    handle = latin.lower().replace(" ", rng.choice((".", "", "_"))).replace("-", "")
    if company is not None and rng.random() < 0.8:
        mail = f"{handle}.{_letters(rng)}@{world.clients[company].website}"
    else:
        mail = f"{handle}{rng.randrange(10**7)}@{rng.choice(_FREE)}"
    phone = world.clients[company].phones[0] if company is not None and rng.random() < 0.1 else _phone(rng, country)
    box = world.clients[company].mails if company is not None and rng.random() < 0.05 else ()
    born = f"{rng.randrange(1950, 2005)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}" if rng.random() < 0.3 else ""
    share = rng.random()
    mails = box or ((mail,) if share < 0.85 else ())
    return Made(name, "person", latin, mails, (phone,) if share > 0.15 or not mails else (), company, "", born)


def _letters(rng: Random) -> str:
    """Three letters, by which those of one name in one firm have mails of their own."""
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=3))


def _name(rng: Random) -> tuple[str, str, str]:
    """A name, the same in Latin letters, and the code of a country."""
    kind, rare = rng.random(), rng.random() < 0.5
    if kind < 0.3:
        first, last = _pick(rng, _RUSSIAN), _pick(rng, _RUSSIAN_LAST)
        latin = _RUSSIAN_LAST[last]
        if rare:
            (stem, stem_too), (end, end_too) = rng.choice(_RUSSIAN_STEMS), rng.choice(_RUSSIAN_ENDS)
            last, latin = stem + end, stem_too + end_too
        return f"{first} {last}", f"{_RUSSIAN[first]} {latin}", "+7"
    if kind < 0.45:
        last, first = _pick(rng, _KOREAN), _pick(rng, _KOREAN_FIRST)
        return f"{last}{first}", f"{_KOREAN_FIRST[first]} {_KOREAN[last]}", "+82"
    if kind < 0.55:
        last, first = _pick(rng, _CHINESE), _pick(rng, _CHINESE_FIRST)
        return f"{last}{first}", f"{_CHINESE_FIRST[first]} {_CHINESE[last]}", "+86"
    firsts, lasts, country = (*_GERMAN, "+49") if kind < 0.7 else (*_ENGLISH, "+1")
    last = f"{rng.choice(_PLACES)}{rng.choice(_ENDS)}" if rare and country == "+1" else _pick(rng, lasts)
    if rare and country == "+49":
        last = f"{rng.choice(_GERMAN_STEMS)}{rng.choice(_GERMAN_ENDS)}"
    name = f"{_pick(rng, firsts)} {last}"
    return name, name, country


def _phone(rng: Random, country: str) -> str:
    return f"{country}{rng.randrange(2_000_000_000, 9_999_999_999)}"


def _look_alike(rng: Random, one: Made) -> Made:
    """Somebody else who has much in common with one: of the family, of the name in another firm, a son of the same name."""
    kind = rng.randrange(3)
    first = one.latin.partition(" ")[0]
    if kind == 0:
        other = next(each for each in ("Clara", "Oscar") if each != first)
        name = f"{other} {one.latin.rpartition(' ')[2]}"
        return Made(name, "person", name, (), one.phones or (_phone(rng, "+1"),))
    if kind == 1:
        return replace(one, mails=(f"{first.lower()}{rng.randrange(10**6)}@mail.ru",), phones=(_phone(rng, "+1"),), company=None, born="")
    born = f"19{rng.randrange(20, 50)}-{rng.randrange(1, 13):02}-01"
    return replace(one, mails=(), phones=one.phones or (_phone(rng, "+1"),), born=born) if one.born else _firm(rng, rng.getrandbits(40))


def _typed(rng: Random, word: str) -> str:
    """A word with one typing error, never in its first letter."""
    place = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0 and word[place] != word[place + 1]:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :] if kind == 1 else word[:place] + word[place] + word[place:]


def _misspelt(rng: Random, one: Made) -> Made | None:
    first, blank, last = one.name.partition(" ")
    if one.kind != "person" or not blank or len(last) < 4 or not (one.mails or one.phones):
        return None
    return replace(one, name=f"{first} {_typed(rng, last)}", mails=() if one.phones else one.mails, born="")


def _swapped(_: Random, one: Made) -> Made | None:
    words = one.name.split()
    return replace(one, name=" ".join(words[::-1]), mails=()) if one.kind == "person" and len(words) == 2 and one.phones else None


def _with_eight(_: Random, one: Made) -> Made | None:
    if one.kind != "person" or not one.phones or not one.phones[0].startswith("+7"):
        return None
    return replace(one, mails=(), company=None, phones=("8" + one.phones[0][2:],))


def _dotted(_: Random, one: Made) -> Made | None:
    if one.kind != "person" or not one.mails or not one.mails[0].endswith("@gmail.com"):
        return None
    handle = one.mails[0].partition("@")[0]
    return replace(one, mails=(f"{handle[:3]}.{handle[3:]}+crm@googlemail.com",), phones=(), company=None)


def _mixed(_: Random, one: Made) -> Made | None:
    mixed = one.name.translate(_LOOK_ALIKE)
    if one.kind != "person" or mixed == one.name or not (one.company or one.phones):
        return None
    return replace(one, name=mixed, mails=(), phones=() if one.company else one.phones, born="")


def _in_latin(_: Random, one: Made) -> Made | None:
    if one.kind != "person" or one.name.isascii() or one.name == one.latin or not (one.mails or one.phones):
        return None
    return replace(one, name=one.latin, phones=() if one.mails else one.phones)


def _korean(rng: Random, one: Made) -> Made | None:
    return _in_latin(rng, one) if one.name[0] in _KOREAN else None


def _other_form(rng: Random, one: Made) -> Made | None:
    if one.kind != "company":
        return None
    words = one.name.split()
    bare = " ".join(words[:3])
    if rng.random() < 0.5:
        return Made(f"{bare.upper()} Limited" if words[-1] == "Ltd" else bare.upper(), "company")
    return replace(one, name=f"{words[0]} {words[1]} {_typed(rng, words[2])}", mails=(), phones=())


def _slipped(_: Random, one: Made) -> Made | None:
    if one.kind != "person" or not one.phones or one.company is None:
        return None
    digits = one.phones[0]
    return replace(one, mails=(), phones=(digits[:-3] + str((int(digits[-3]) + 1) % 10) + digits[-2:],), born="")


def _mail_mistyped(rng: Random, one: Made) -> Made | None:
    if one.kind != "person" or not one.mails or one.company is None:
        return None
    handle, _, domain = one.mails[0].partition("@")
    return replace(one, mails=(f"{handle}@{_typed(rng, domain[:6])}{domain[6:]}",), phones=(), company=None, born="")


_DOUBLES: tuple[Callable[[Random, Made], Made | None], ...] = (
    _misspelt, _swapped, _with_eight, _dotted, _mixed, _in_latin, _korean, _other_form, _slipped, _mail_mistyped,
)  # fmt: skip
"""The ways in which somebody is entered a second time."""


def write(world: World) -> None:
    """Write the clients into the open base, which has none: the first gets the id 1. One operation."""
    from crmtui.store.bulk import Run
    from crmtui.store.journal import moment_text, operation
    from crmtui.store.keys import sort_key
    from crmtui.store.search import key_of
    from crmtui.store.tables import Client, ContactPoint

    with operation("made clients with doubles among them") as recorder:
        now = moment_text(recorder.at)
        names = ("kind", "name", "company_id", "status", "website", "birth_date", "sort_key", "search_key", "created_at", "updated_at")
        clients = Run(recorder, Client, names)
        points = Run(recorder, ContactPoint, ("client_id", "kind", "value", "key", "label", "position"))
        for one in world.clients:
            company = None if one.company is None else one.company + 1
            key = key_of(one.name, *one.mails, *one.phones)
            id_ = clients.add(one.kind, one.name, company, "lead", one.website or None, one.born or None, sort_key(one.name), key, now, now)
            for kind, values in (("email", one.mails), ("phone", one.phones)):
                for place, value in enumerate(values):
                    points.add(id_, kind, value, value.lower(), "", place)
        clients.flush()
        points.flush()
