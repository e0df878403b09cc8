"""Invented names, identifiers and contact details. Nothing here belongs to anyone.

Mobile numbers use the unassigned 0000 district of their prefix, foreign numbers the ranges reserved for
fiction, mail addresses the reserved example domains.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Draws
from orchestration.demo.traits import Traits

_CITIES = (
    ("宁波", "浙江", "Ningbo", "315000", "330200"), ("杭州", "浙江", "Hangzhou", "310000", "330100"),
    ("苏州", "江苏", "Suzhou", "215000", "320500"), ("无锡", "江苏", "Wuxi", "214000", "320200"),
    ("青岛", "山东", "Qingdao", "266000", "370200"), ("东莞", "广东", "Dongguan", "523000", "441900"),
    ("佛山", "广东", "Foshan", "528000", "440600"), ("成都", "四川", "Chengdu", "610000", "510100"),
    ("武汉", "湖北", "Wuhan", "430000", "420100"), ("合肥", "安徽", "Hefei", "230000", "340100"),
)  # fmt: skip
_BRANDS = (
    "恒泰", "瑞丰", "华盛", "金拓", "远航", "德信", "中科源", "汇通", "凯越", "明达", "盛世", "联创",
    "宏图", "天成", "新合", "博远", "力诺", "长青", "东启", "嘉禾", "正阳", "云帆", "泰和", "安捷",
)  # fmt: skip
_TRADES = (
    ("机电", "Machinery"), ("电子科技", "Electronics"), ("建材", "Building Materials"),
    ("精密制造", "Manufacturing"), ("供应链", "Logistics"), ("食品", "Food and Beverage"),
    ("新能源", "Energy"), ("医疗器械", "Healthcare"),
)  # fmt: skip
_SHOPS = (
    ("五金店", "Retail"),
    ("建材经营部", "Building Materials"),
    ("电器商行", "Retail"),
    ("食品批发部", "Food and Beverage"),
)
INDUSTRIES = {
    "Machinery": (38, 44), "Electronics": (35, 33), "Building Materials": (62, 71), "Manufacturing": (41, 45),
    "Logistics": (48, 52), "Food and Beverage": (30, 29), "Energy": (44, 50), "Healthcare": (22, 21),
    "Retail": (52, 58),
}  # fmt: skip
"""Industries of the customers, with their risk (100 worst) in the index of 2024 and of 2026."""

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = (
    "伟", "秀英", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "明", "超", "秀兰", "霞",
    "建国", "桂英", "志远", "思雨", "子轩", "浩然", "晓燕", "文博", "雅婷", "海涛", "玉兰", "立新", "嘉怡",
    "振华",
)  # fmt: skip
_PINYIN = (
    "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma", "zhu",
    "hu", "guo", "he", "gao", "lin", "luo", "zheng", "liang", "xie", "song", "tang", "xu", "han", "feng",
    "deng", "cao",
)  # fmt: skip
_WORDS = (
    "Northgate", "Brightwater", "Harlow", "Stonebridge", "Calder", "Westfield", "Ardent", "Kestrel",
    "Meridian", "Oakhurst", "Pinnacle", "Lindqvist", "Vantor", "Rheinwerk", "Adlerhof", "Montclair",
    "Duvallier", "Solarte", "Bexley", "Thornbury",
)  # fmt: skip
_LINES = (
    ("Fastenings", "Machinery"), ("Components", "Electronics"), ("Supply", "Logistics"),
    ("Tools", "Machinery"), ("Trading", "Retail"), ("Industrial", "Manufacturing"),
    ("Medical", "Healthcare"), ("Power", "Energy"),
)  # fmt: skip
_FIRST = (
    "Emma",
    "Oliver",
    "Sophie",
    "Lukas",
    "Hannah",
    "James",
    "Clara",
    "Daniel",
    "Julia",
    "Marc",
    "Anna",
    "Peter",
)
_LAST = (
    "Walker",
    "Becker",
    "Moreau",
    "Hughes",
    "Keller",
    "Laurent",
    "Bennett",
    "Vogel",
    "Carter",
    "Rossi",
    "Fischer",
    "Reid",
)
_TITLES = ("采购经理", "财务主管", "总经理", "Purchasing Manager", "Accounts Payable", "Managing Director")
_PREFIX = ("138", "139", "136", "150", "158", "186", "188", "177", "199")
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(first17: str) -> str:
    """Append the check character of a 统一社会信用代码 (GB 32100-2015) to its first 17 characters."""
    total = sum(_CODE_ALPHABET.index(c) * w for c, w in zip(first17, _CODE_WEIGHTS, strict=True))
    return first17 + _CODE_ALPHABET[-total % 31]


@dataclass(frozen=True)
class Person:
    """One contact; all invented."""

    first_name: str
    last_name: str
    full_name: str
    email: str
    phone: str
    mobile: str
    title: str
    is_chinese: bool


@dataclass(frozen=True)
class Party:
    """The face of one customer: everything in it is told to CRM and finance, none of it is a hidden trait."""

    name: str
    is_sole_trader: bool
    industry: str
    ownership: str
    tax_id: str  # "" for foreign customers
    city: str
    state: str
    postcode: str
    country: str
    street: str
    website: str
    people: tuple[Person, ...]


def _person(numbers: list[int], domain: str, serial: int, chinese: bool) -> Person:
    family, given, title, prefix, tail = numbers
    if chinese:
        at = family % len(_SURNAMES)
        last, first = _SURNAMES[at], _GIVEN[given % len(_GIVEN)]
        mobile = f"{_PREFIX[prefix % len(_PREFIX)]}0000{tail % 10000:04d}"
        mail = f"{_PINYIN[at]}{serial % 1000:03d}@{domain}"
        title_text = _TITLES[title % 3]
        return Person(first, last, last + first, mail, "", mobile, title_text, True)
    first, last = _FIRST[given % len(_FIRST)], _LAST[family % len(_LAST)]
    mobile = f"+44 7700 900{tail % 1000:03d}" if prefix % 2 else f"+1 202 555 01{tail % 100:02d}"
    mail = f"{first}.{last}@{domain}".lower()
    return Person(first, last, f"{first} {last}", mail, "", mobile, _TITLES[3 + title % 3], False)


def draw_parties(draws: Draws, traits: Traits) -> list[Party]:
    """Invent the face of every customer of a block, in order."""
    size = len(traits)
    table = draws.below(1 << 30, size * 32).reshape(size, 32)
    foreign = np.where(traits.currency > 0, True, draws.chance(60, size))
    return [
        _party(int(traits.customer[i]), table[i].tolist(), bool(foreign[i]), bool(traits.sole_trader[i]))
        for i in range(size)
    ]


def _party(number: int, draw: list[int], foreign: bool, sole_trader: bool) -> Party:
    # Steps coprime to the number of combinations: the first 1920 Chinese and 160 foreign names are all different.
    at, word = number * 1103 % 1920, number * 57 % 160
    city, state, latin, postcode, region = _CITIES[at % 10]
    foreign = foreign and not sole_trader
    if foreign:
        line, industry = _LINES[word % 8]
        form, country, town = (
            ("Ltd", "United Kingdom", "Leeds"),
            ("GmbH", "Germany", "Kassel"),
            ("Inc", "United States", "Dayton"),
        )[draw[3] % 3]
        name = f"{_WORDS[word // 8]} {line} {form}"
        domain = f"{_WORDS[word // 8].lower()}{number % 1000}.example.com"
        tax_id, ownership, state, postcode, latin = "", "Private", "", f"{draw[4] % 90000 + 10000}", town
        city, street = town, f"{draw[5] % 180 + 1} Mill Road"
    else:
        country, domain = "China", f"{latin.lower()}{number % 1000}.example.cn"
        street = f"{('人民', '中山', '解放', '创业')[draw[5] % 4]}路{draw[6] % 900 + 1}号"
        body = "".join(_CODE_ALPHABET[draw[7 + place] % 10] for place in range(9))
        tax_id = credit_code(("92" if sole_trader else "91") + region + body)
        if sole_trader:
            shop, industry = _SHOPS[draw[2] % len(_SHOPS)]
            ownership, name = "个体工商户", ""
        else:
            trade, industry = _TRADES[at // 240]
            ownership = ("Private", "Private", "Private", "Public", "State-owned")[draw[3] % 5]
            name = f"{city}{_BRANDS[at // 10 % 24]}{trade}有限公司"
    count = 1 + (draw[16] % 3 if not sole_trader else 0)
    people = tuple(
        _person(draw[17 + 5 * k : 22 + 5 * k], domain, number * 3 + k, not foreign) for k in range(count)
    )
    if sole_trader:
        name = f"{city}{people[0].full_name}{shop}"
    return Party(
        name,
        sole_trader,
        industry,
        ownership,
        tax_id,
        city,
        state,
        postcode,
        country,
        street,
        f"https://{domain}",
        people,
    )
