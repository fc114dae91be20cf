"""Until when versions of base images get security fixes, and images that their makers gave up.

Dates are the makers' own, as published up to the autumn of 2026; each product names its page. A version that is not in
here is not judged.
"""

import re
from dataclasses import dataclass
from datetime import date

from kora.operations.dockerfiles.images import ImageName


@dataclass(frozen=True)
class EndOfLife:
    """A version that gets no fixes after a day."""

    product: str
    version: str
    ended: date
    source: str


_PRODUCTS: dict[str, tuple[str, dict[str, str]]] = {
    "python": (
        "https://devguide.python.org/versions/",
        {
            "2": "2020-01-01", "2.7": "2020-01-01", "3.5": "2020-09-30", "3.6": "2021-12-23", "3.7": "2023-06-27",
            "3.8": "2024-10-07", "3.9": "2025-10-31", "3.10": "2026-10-31", "3.11": "2027-10-31",
            "3.12": "2028-10-31", "3.13": "2029-10-31", "3.14": "2030-10-31",
        },
    ),
    "node": (
        "https://github.com/nodejs/release",
        {
            "8": "2019-12-31", "10": "2021-04-30", "12": "2022-04-30", "13": "2020-06-01", "14": "2023-04-30",
            "15": "2021-06-01", "16": "2023-09-11", "17": "2022-06-01", "18": "2025-04-30", "19": "2023-06-01",
            "20": "2026-04-30", "21": "2024-06-01", "22": "2027-04-30", "23": "2025-06-01", "24": "2028-04-30",
            "25": "2026-06-01",
        },
    ),
    "ubuntu": (
        "https://ubuntu.com/about/release-cycle",
        {
            "14.04": "2019-04-25", "16.04": "2021-04-30", "18.04": "2023-05-31", "20.04": "2025-05-31",
            "22.04": "2027-04-30", "24.04": "2029-05-31", "trusty": "2019-04-25", "xenial": "2021-04-30",
            "bionic": "2023-05-31", "focal": "2025-05-31", "jammy": "2027-04-30", "noble": "2029-05-31",
        },
    ),
    "golang": (
        "https://go.dev/doc/devel/release",
        {
            "1.16": "2022-03-15", "1.17": "2022-08-02", "1.18": "2023-02-01", "1.19": "2023-08-08",
            "1.20": "2024-02-06", "1.21": "2024-08-13", "1.22": "2025-02-11", "1.23": "2025-08-12",
        },
    ),
    "postgres": (
        "https://www.postgresql.org/support/versioning/",
        {
            "9": "2021-11-11", "10": "2022-11-10", "11": "2023-11-09", "12": "2024-11-21", "13": "2025-11-13",
            "14": "2026-11-12", "15": "2027-11-11", "16": "2028-11-09", "17": "2029-11-08",
        },
    ),
    "php": (
        "https://www.php.net/supported-versions.php",
        {
            "5": "2018-12-31", "7": "2022-11-28", "8.0": "2023-11-26", "8.1": "2025-12-31", "8.2": "2026-12-31",
        },
    ),
    "ruby": (
        "https://www.ruby-lang.org/en/downloads/branches/",
        {
            "2": "2023-03-31", "3.0": "2024-04-23", "3.1": "2025-03-26", "3.2": "2026-03-31",
        },
    ),
    "centos": ("https://www.centos.org/centos-linux-eol/", {"6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31"}),
}  # fmt: skip
_DEBIAN = (
    "https://wiki.debian.org/LTS",
    {
        "wheezy": "2018-05-31", "jessie": "2020-06-30", "stretch": "2022-06-30", "buster": "2024-06-30",
        "bullseye": "2026-08-31", "bookworm": "2028-06-30", "trixie": "2030-06-30",
        "8": "2020-06-30", "9": "2022-06-30", "10": "2024-06-30", "11": "2026-08-31", "12": "2028-06-30",
        "13": "2030-06-30",
    },
)  # fmt: skip
_ALPINE = (
    "https://alpinelinux.org/releases/",
    {
        "3.12": "2022-05-01", "3.13": "2022-11-01", "3.14": "2023-05-01", "3.15": "2023-11-01", "3.16": "2024-05-23",
        "3.17": "2024-11-22", "3.18": "2025-05-09", "3.19": "2025-11-01", "3.20": "2026-04-01", "3.21": "2026-11-01",
        "3.22": "2027-05-01",
    },
)  # fmt: skip

GIVEN_UP = {
    "openjdk": ("eclipse-temurin", "https://hub.docker.com/_/openjdk"),
    "java": ("eclipse-temurin", "https://hub.docker.com/_/java"),
    "centos": ("a supported distribution", "https://hub.docker.com/_/centos"),
    "iojs": ("node", "https://hub.docker.com/_/iojs"),
    "adoptopenjdk": ("eclipse-temurin", "https://hub.docker.com/_/adoptopenjdk"),
}


def ended(name: ImageName, today: date) -> list[EndOfLife]:
    """What of an image gets no fixes any more: the product's version, the distribution that the tag names."""
    tag = name.tag or ""
    found = []
    if name.is_official and name.repository in _PRODUCTS:
        found += _look(name.repository, tag, _PRODUCTS[name.repository])
    if name.is_official and name.repository == "debian":
        found += _look("debian", tag, _DEBIAN)
    elif codename := next((code for code in _DEBIAN[1] if not code.isdigit() and code in tag.split("-")), None):
        found += _look("debian", codename, _DEBIAN)
    alpine = re.search(r"alpine(\d+\.\d+)", tag)
    if alpine or name.repository == "alpine":
        found += _look("alpine", alpine.group(1) if alpine else tag, _ALPINE)
    return [one for one in found if one.ended < today]


def _look(product: str, tag: str, table: tuple[str, dict[str, str]]) -> list[EndOfLife]:
    source, versions = table
    match = re.match(r"(\d+)(?:\.(\d+))?|([a-z]+)", tag)
    if match is None:
        return []
    whole = match.group(0)
    for version in (whole, match.group(1) or whole):
        if version in versions:
            return [EndOfLife(product, version, date.fromisoformat(versions[version]), source)]
    return []
