"""Volumes in the words of rules: paths of the node, types in a list, what an emptyDir or a Secret is as a volume.

Steps of `language.rules.fusing`, and the tests that its pairs are made of.
"""

from kora.language.rules.items import Item, Sort
from kora.language.rules.stretches import is_fact, made, place_of
from kora.language.rules.words import spoken


def secret_volume(item: Item) -> bool:
    return is_fact(item, "volume.type") and item.data.value == ("secret",)


def host_path(item: Item) -> bool:
    return is_fact(item, "volume.host_path")


def path_of_host(stretch: list[Item]) -> list[Item]:
    """ "any path below /x from the host", "the docker socket or any path below /x": a path of the node, not of a probe."""
    if not any(item.text.lower() in _OF_NODES for item in stretch) and place_of(stretch, host_path) is None:
        return stretch
    place = place_of(stretch, lambda item: item.is_one("path") and item.sort is Sort.CONCEPT and not host_path(item))
    if place is None or any(is_fact(item, "ingress.host", "mount.path") for item in stretch):
        return stretch
    behind = stretch[place + 1 :]
    hosted = next((i for i, item in enumerate(behind) if item.text.lower() in _OF_NODES), None)
    if hosted is not None:
        start = hosted - 1
        while start > 0 and behind[start].low in {"the", "from", "of", "on", "a"}:
            start -= 1
        behind = [*behind[: start + 1], *behind[hosted + 1 :]]
    return [*stretch[:place], made("volume.host_path", stretch[place].text), *behind]


_OF_NODES = spoken("host host's node node's")


def empty_dir(item: Item) -> bool:
    return item.low == "emptydir" or (is_fact(item, "volume.type") and tuple(item.data.value) == ("emptyDir",))


def listed_types(stretch: list[Item]) -> list[Item]:
    """ "volumes of the types configMap, secret and emptyDir": after the fact its values are values."""
    start = place_of(stretch, lambda item: is_fact(item, "volume.type") and not item.data.value)
    if start is None:
        return stretch
    found = stretch[: start + 1]
    for item in stretch[start + 1 :]:
        value = None
        if is_fact(item, "volume.type"):
            value = item.data.value[0] if item.data.value else None
        elif is_fact(item, "volume.host_path"):
            value = "hostPath"
        elif item.sort is Sort.KIND:
            value = _VOLUME_KINDS.get(item.data)
        elif item.low in {"projected", "csi", "nfs", "secret", "ephemeral"}:
            value = item.low
        if value is None and is_fact(item, "volume.type"):
            continue
        found.append(item if value is None else Item(Sort.VALUE, value.lower(), value, value))
    return found


_VOLUME_KINDS = {"Secret": "secret", "ConfigMap": "configMap", "PersistentVolumeClaim": "persistentVolumeClaim"}
