"""The chart of a release, as Helm stored it with the release: for whoever has no folder of it (the operator).

Helm keeps templates, values and files of a chart with every revision, but not those of its subcharts, so a chart with
dependencies can't be had from there.
"""

import base64
import binascii
import gzip
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest
from kora.kit.canonical import content_hash
from kora.kit.errors import KoraError, Unavailable
from kora.operations.diagnose.fields import dig

MOST_BYTES = 8 * 2**20


class ChartUnknown(Unavailable):
    """The chart of a release can't be had from the cluster."""

    code = "CHART_UNKNOWN"
    default_message = "The chart of the release can't be had from the cluster."


def stored_chart(reader: ClusterReader, release: str, namespace: str, home: Path) -> Path:
    """A folder under ``$KORA_HOME/charts`` with the chart of the deployed revision.

    Raises:
        ChartUnknown: the record may not be read, is not there, is damaged, or is of a chart with dependencies.
    """
    labels = f"owner=helm,status=deployed,name={release}"
    try:
        records = reader.list("v1", "Secret", namespace, labels=labels)
    except KoraError as error:
        raise ChartUnknown(f"The record of the release {release} can't be read: {error.message}") from error
    if not records:
        raise ChartUnknown(f"There is no deployed revision of the release {release} in {namespace}.")
    chart = _chart(max(records, key=_revision), release)
    if dig(chart, "metadata", "dependencies"):
        raise ChartUnknown(f"The chart of the release {release} has subcharts, which Helm does not store with it.")
    folder = home / "charts" / f"{namespace}-{release}-{content_hash(chart)[:12]}"
    if not (folder / "Chart.yaml").exists():
        _write(folder, chart, release)
    return folder


def _revision(record: Manifest) -> int:
    version = str(dig(record, "metadata", "labels", "version") or "0")
    return int(version) if version.isdecimal() else 0


def _chart(record: Manifest, release: str) -> dict[str, Any]:
    try:
        packed = base64.b64decode(base64.b64decode(dig(record, "data", "release") or ""))
        found = json.loads(gzip.decompress(packed))["chart"]
        if not isinstance(found, dict) or not dig(found, "metadata", "name"):
            raise ValueError("no chart")
    except (binascii.Error, OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ChartUnknown(f"The record of the release {release} is damaged ({type(error).__name__}).") from error
    return found


def _write(folder: Path, chart: dict[str, Any], release: str) -> None:
    files = dict(_files(chart, release))
    if sum(map(len, files.values())) > MOST_BYTES:
        raise ChartUnknown(f"The chart of the release {release} is larger than {MOST_BYTES // 2**20} MiB.")
    try:
        for name, data in files.items():
            place = folder / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(data)
        # Last, because its presence says that the folder is whole.
        (folder / "Chart.yaml").write_text(yaml.safe_dump(chart["metadata"]), encoding="utf-8")
    except OSError as error:
        raise ChartUnknown(f"{folder} can't be written: {error.strerror}.") from error


def _files(chart: dict[str, Any], release: str) -> Iterator[tuple[str, bytes]]:
    yield "values.yaml", yaml.safe_dump(chart.get("values") or {}).encode()
    if schema := chart.get("schema"):
        yield "values.schema.json", base64.b64decode(schema)
    for each in [*(chart.get("templates") or ()), *(chart.get("files") or ())]:
        name = PurePosixPath(str(each.get("name") or ""))
        if name.is_absolute() or ".." in name.parts or not name.parts or name.name in ("Chart.yaml", "values.yaml"):
            raise ChartUnknown(f"The record of the release {release} names a file outside of its chart.")
        yield str(name), base64.b64decode(each.get("data") or "")
