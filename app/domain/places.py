"""The places a case may be said to come from: 34 provinces (codes of GB/T 2260), eight regions, and the country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.terms import Words

COUNTRY: Final = "country"
"""The coarsest place there is; a case shown so says only that it happened in the country."""


@dataclass(frozen=True, slots=True)
class Province:
    """A province, municipality, autonomous or special administrative region, with the region it lies in."""

    code: str
    name: Words
    region: str


REGIONS: Final = {
    "north": Words("华北", "North China"),
    "northeast": Words("东北", "Northeast China"),
    "east": Words("华东", "East China"),
    "central": Words("华中", "Central China"),
    "south": Words("华南", "South China"),
    "southwest": Words("西南", "Southwest China"),
    "northwest": Words("西北", "Northwest China"),
    "hk_mo_tw": Words("港澳台", "Hong Kong, Macao and Taiwan"),
}

PROVINCES: Final = (
    Province("11", Words("北京市", "Beijing"), "north"),
    Province("12", Words("天津市", "Tianjin"), "north"),
    Province("13", Words("河北省", "Hebei"), "north"),
    Province("14", Words("山西省", "Shanxi"), "north"),
    Province("15", Words("内蒙古自治区", "Inner Mongolia"), "north"),
    Province("21", Words("辽宁省", "Liaoning"), "northeast"),
    Province("22", Words("吉林省", "Jilin"), "northeast"),
    Province("23", Words("黑龙江省", "Heilongjiang"), "northeast"),
    Province("31", Words("上海市", "Shanghai"), "east"),
    Province("32", Words("江苏省", "Jiangsu"), "east"),
    Province("33", Words("浙江省", "Zhejiang"), "east"),
    Province("34", Words("安徽省", "Anhui"), "east"),
    Province("35", Words("福建省", "Fujian"), "east"),
    Province("36", Words("江西省", "Jiangxi"), "east"),
    Province("37", Words("山东省", "Shandong"), "east"),
    Province("41", Words("河南省", "Henan"), "central"),
    Province("42", Words("湖北省", "Hubei"), "central"),
    Province("43", Words("湖南省", "Hunan"), "central"),
    Province("44", Words("广东省", "Guangdong"), "south"),
    Province("45", Words("广西壮族自治区", "Guangxi"), "south"),
    Province("46", Words("海南省", "Hainan"), "south"),
    Province("50", Words("重庆市", "Chongqing"), "southwest"),
    Province("51", Words("四川省", "Sichuan"), "southwest"),
    Province("52", Words("贵州省", "Guizhou"), "southwest"),
    Province("53", Words("云南省", "Yunnan"), "southwest"),
    Province("54", Words("西藏自治区", "Tibet"), "southwest"),
    Province("61", Words("陕西省", "Shaanxi"), "northwest"),
    Province("62", Words("甘肃省", "Gansu"), "northwest"),
    Province("63", Words("青海省", "Qinghai"), "northwest"),
    Province("64", Words("宁夏回族自治区", "Ningxia"), "northwest"),
    Province("65", Words("新疆维吾尔自治区", "Xinjiang"), "northwest"),
    Province("71", Words("台湾省", "Taiwan"), "hk_mo_tw"),
    Province("81", Words("香港特别行政区", "Hong Kong"), "hk_mo_tw"),
    Province("82", Words("澳门特别行政区", "Macao"), "hk_mo_tw"),
)

_BY_CODE: Final = {province.code: province for province in PROVINCES}


def province(code: str) -> Province:
    """The province with this two-digit code; raises `KeyError` when there is none."""
    return _BY_CODE[code]


def region_of(province_code: str) -> str:
    """The key in `REGIONS` of the region a province lies in; raises `KeyError` for an unknown code."""
    return _BY_CODE[province_code].region


def place_name(place: str) -> Words:
    """The name of a province code, of a region key or of `COUNTRY`; raises `KeyError` for anything else."""
    if place == COUNTRY:
        return Words("全国", "China")
    if place in REGIONS:
        return REGIONS[place]
    return _BY_CODE[place].name
