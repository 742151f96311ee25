"""The groups in which illnesses and accidents are published: coarse enough to name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.terms import Event, Words


@dataclass(frozen=True, slots=True)
class EventGroup:
    """One group; its key is what claims and published cases store."""

    key: str
    name: Words
    event: Event


EVENT_GROUPS: Final = (
    EventGroup("lung", Words("肺癌", "Lung cancer"), "illness"),
    EventGroup("breast", Words("乳腺癌", "Breast cancer"), "illness"),
    EventGroup("thyroid", Words("甲状腺癌", "Thyroid cancer"), "illness"),
    EventGroup("stomach", Words("胃癌", "Stomach cancer"), "illness"),
    EventGroup("colorectal", Words("结直肠癌", "Bowel cancer"), "illness"),
    EventGroup("liver", Words("肝癌", "Liver cancer"), "illness"),
    EventGroup("oesophagus", Words("食管癌", "Cancer of the oesophagus"), "illness"),
    EventGroup("pancreas_bile", Words("胰腺及胆道癌", "Cancer of the pancreas or bile ducts"), "illness"),
    EventGroup("cervix_uterus", Words("宫颈及子宫癌", "Cancer of the cervix or womb"), "illness"),
    EventGroup("ovary", Words("卵巢癌", "Ovarian cancer"), "illness"),
    EventGroup("prostate_testis", Words("前列腺及睾丸癌", "Cancer of the prostate or testis"), "illness"),
    EventGroup("kidney_bladder", Words("肾癌及膀胱癌", "Cancer of the kidney or bladder"), "illness"),
    EventGroup("head_neck", Words("头颈部肿瘤", "Tumours of head and neck"), "illness"),
    EventGroup("brain", Words("脑及神经系统肿瘤", "Tumours of the brain and nerves"), "illness"),
    EventGroup("bone_soft_tissue", Words("骨与软组织肉瘤", "Sarcoma of bone and soft tissue"), "illness"),
    EventGroup("skin_melanoma", Words("皮肤恶性黑色素瘤", "Malignant melanoma"), "illness"),
    EventGroup("leukaemia", Words("白血病", "Leukaemia"), "illness"),
    EventGroup("lymphoma", Words("淋巴瘤及骨髓瘤", "Lymphoma and myeloma"), "illness"),
    EventGroup("thyroid_low_grade", Words("甲状腺轻度肿瘤", "Low-grade thyroid tumour"), "illness"),
    EventGroup("other_low_grade", Words("其他轻度肿瘤", "Other low-grade tumour"), "illness"),
    EventGroup("other_tumour", Words("其他恶性肿瘤", "Other malignant tumour"), "illness"),
    EventGroup("blood_immune", Words("严重血液与免疫疾病", "Severe illness of blood or immunity"), "illness"),
    EventGroup("heart_vessels", Words("严重心脏与血管疾病", "Severe illness of heart or vessels"), "illness"),
    EventGroup("kidney_liver", Words("严重肾脏与肝脏疾病", "Severe illness of kidneys or liver"), "illness"),
    EventGroup("nervous_system", Words("严重神经系统疾病", "Severe illness of the nervous system"), "illness"),
    EventGroup("senses_limbs", Words("感官与肢体功能丧失", "Loss of senses or limbs"), "illness"),
    EventGroup("other_illness", Words("其他严重疾病", "Other serious illness"), "illness"),
    EventGroup("traffic", Words("交通事故", "Traffic accident"), "accident"),
    EventGroup("work", Words("工作事故", "Accident at work"), "accident"),
    EventGroup("fall", Words("跌落与摔伤", "Fall"), "accident"),
    EventGroup("drowning", Words("溺水", "Drowning"), "accident"),
    EventGroup("fire_electricity", Words("火灾、烫伤与触电", "Fire, burns and electricity"), "accident"),
    EventGroup("poisoning", Words("意外中毒与窒息", "Poisoning and suffocation"), "accident"),
    EventGroup("violence", Words("他人加害", "Harm done by others"), "accident"),
    EventGroup("nature", Words("自然灾害", "Natural disaster"), "accident"),
    EventGroup("other_accident", Words("其他意外", "Other accident"), "accident"),
)

_BY_KEY: Final = {group.key: group for group in EVENT_GROUPS}


def event_group(key: str) -> EventGroup:
    """The group with this key; raises `KeyError` when there is none."""
    return _BY_KEY[key]


def groups_for(event: Event) -> tuple[EventGroup, ...]:
    """The groups a claim of a plan for illnesses, or for accidents, may choose from, in the order of a form."""
    return tuple(group for group in EVENT_GROUPS if group.event == event)
