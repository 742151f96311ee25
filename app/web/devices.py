"""What a browser calls itself, in coarse words: enough to recognise one's own, too little to recognise anybody."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

_BROWSERS: Final = (
    ("wechat", "MicroMessenger", "WeChat"),
    ("alipay", "AlipayClient", "Alipay"),
    ("edge", "Edg", "Edge"),
    ("opera", "OPR/", "Opera"),
    ("firefox", "Firefox", "Firefox"),
    ("firefox", "FxiOS", "Firefox"),
    ("chrome", "Chrome", "Chrome"),
    ("chrome", "CriOS", "Chrome"),
    ("safari", "Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("harmony", "HarmonyOS", "HarmonyOS"),
    ("android", "Android", "Android"),
    ("ios", "iPhone", "iPhone"),
    ("ios", "iPad", "iPhone"),
    ("windows", "Windows", "Windows"),
    ("mac", "Mac OS", "Mac"),
    ("linux", "Linux", "Linux"),
)
_NAMES: Final = {key: name for key, _mark, name in (*reversed(_BROWSERS), *_SYSTEMS)}
_OTHER: Final = "other"


def coarse(user_agent: str) -> str:
    """Browser and device as "firefox-android"; what is not known is "other"."""
    browser = next((key for key, mark, _name in _BROWSERS if mark in user_agent), _OTHER)
    system = next((key for key, mark, _name in _SYSTEMS if mark in user_agent), _OTHER)
    return f"{browser}-{system}"


def words_of(device: str) -> str:
    """The same for people: "Firefox, Android"."""
    browser, _dash, system = device.partition("-")
    return _(
        "%(browser)s on %(system)s",
        browser=_NAMES.get(browser) or _("a browser"),
        system=_NAMES.get(system) or _("another device"),
    )
