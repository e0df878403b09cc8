"""The demo company's calendar and exchange rates. Days are whole numbers since its first day."""

from datetime import date, timedelta

import numpy as np

from orchestration.demo.draws import Ints

FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2026, 6, 30)
LAST = (LAST_DAY - FIRST_DAY).days
"""Number of the last day: nothing is issued or paid after it."""

CURRENCIES = ("CNY", "USD", "EUR")

# Invented month rates near the real ones, in millionths of a yuan, July 2023 to June 2026.
_USD = (
    7_175_300, 7_241_800, 7_298_100, 7_310_600, 7_226_400, 7_139_200, 7_168_900, 7_189_400, 7_205_700,
    7_237_600, 7_235_100, 7_256_800, 7_262_300, 7_149_500, 7_074_900, 7_098_700, 7_203_300, 7_284_500,
    7_299_200, 7_275_600, 7_251_400, 7_296_800, 7_209_300, 7_180_700, 7_171_500, 7_173_900, 7_124_600,
    7_119_800, 7_106_200, 7_062_400, 7_008_900, 6_981_200, 6_954_700, 6_927_300, 6_909_800, 6_893_500,
)  # fmt: skip
_EUR = (
    7_934_200, 7_901_500, 7_798_300, 7_724_600, 7_813_900, 7_786_400, 7_829_100, 7_755_300, 7_832_700,
    7_762_800, 7_813_200, 7_812_500, 7_874_300, 7_862_900, 7_861_200, 7_736_800, 7_663_400, 7_629_500,
    7_556_700, 7_577_300, 7_835_900, 8_161_700, 8_129_400, 8_271_800, 8_385_200, 8_352_600, 8_361_900,
    8_297_100, 8_214_800, 8_241_300, 8_187_600, 8_223_900, 8_176_200, 8_139_700, 8_098_400, 8_061_900,
)  # fmt: skip

DATES = tuple(FIRST_DAY + timedelta(days=number) for number in range(LAST + 1))
ISO = np.array([day.isoformat() for day in DATES])
_MONTH = np.array([(day.year - 2023) * 12 + day.month - 7 for day in DATES], dtype=np.int64)
_RATES = np.array([(1_000_000,) * 36, _USD, _EUR], dtype=np.int64)
# Payments that would fall into the two weeks around Spring Festival wait until after it.
_FESTIVALS = (date(2024, 2, 5), date(2025, 1, 24), date(2026, 2, 12))


def rate(currency: Ints, day: Ints) -> Ints:
    """Millionths of a yuan for one unit of CURRENCIES[currency] in the month of a day."""
    return _RATES[currency, _MONTH[np.clip(day, 0, LAST)]]


def after_festival(day: Ints) -> Ints:
    """Move days inside a Spring Festival fortnight past its end."""
    for first in _FESTIVALS:
        start = (first - FIRST_DAY).days
        day = np.where((day >= start) & (day < start + 14), start + 14 + (day - start) // 4, day)
    return day
