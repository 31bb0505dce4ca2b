"""Trusted lists as they are kept between two commands: one JSON file a territory, without what no verdict needs."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from coffre_cli.signing.trust_roots import Criteria, ListedService, Qualification, ServiceKind
from coffre_cli.signing.trustlist import TrustedList

FORMAT = "coffre.kept-list/1"


def to_text(found: TrustedList) -> str:
    """Return the JSON of *found*."""
    services = [{**asdict(one), "certificate": base64.b64encode(one.certificate).decode()} for one in found.services]
    update = None if found.next_update is None else found.next_update.isoformat()
    kept = {"format": FORMAT, "territory": found.territory, "next_update": update, "services": services}
    return json.dumps(kept, ensure_ascii=False, default=datetime.isoformat)


def from_text(text: str) -> TrustedList:
    """Return the list that `to_text` wrote.

    Raises:
        ValueError: *text* is nothing that it wrote.
    """
    try:
        kept = json.loads(text)
        if kept["format"] != FORMAT:
            raise ValueError(FORMAT)
        update = None if kept["next_update"] is None else datetime.fromisoformat(kept["next_update"])
        return TrustedList(kept["territory"], update, tuple(_service(one) for one in kept["services"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(FORMAT) from error


def _service(kept: Mapping[str, object]) -> ListedService:
    until = kept["granted_until"]
    return ListedService(
        kind=ServiceKind(_text(kept, "kind")),
        provider=_text(kept, "provider"),
        name=_text(kept, "name"),
        territory=_text(kept, "territory"),
        granted_since=datetime.fromisoformat(_text(kept, "granted_since")),
        granted_until=None if until is None else datetime.fromisoformat(str(until)),
        certificate=base64.b64decode(_text(kept, "certificate"), validate=True),
        types=_texts(kept["types"]),
        qualifications=tuple(
            Qualification(_texts(one["qualifiers"]), _criteria(_mapping(one["criteria"])))
            for one in _mappings(kept["qualifications"])
        ),
    )


def _criteria(kept: Mapping[str, object]) -> Criteria:
    return Criteria(
        _text(kept, "combined"),
        policies=tuple(_texts(one) for one in _list(kept["policies"])),
        usages=tuple(tuple((str(name), there is True) for name, there in _pairs(one)) for one in _list(kept["usages"])),
        below=tuple(_criteria(one) for one in _mappings(kept["below"])),
        unknown=kept["unknown"] is not False,
    )


def _text(kept: Mapping[str, object], key: str) -> str:
    found = kept[key]
    if not isinstance(found, str):
        raise TypeError(key)
    return found


def _list(found: object) -> list[object]:
    if not isinstance(found, list):
        raise TypeError(type(found).__name__)
    return found


def _texts(found: object) -> tuple[str, ...]:
    return tuple(str(one) for one in _list(found))


def _pairs(found: object) -> list[tuple[object, object]]:
    return [(first, second) for first, second in (_list(one) for one in _list(found))]


def _mapping(found: object) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise TypeError(type(found).__name__)
    return found


def _mappings(found: object) -> list[Mapping[str, object]]:
    return [_mapping(one) for one in _list(found)]
