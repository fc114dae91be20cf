"""ZIP files: our own export, and backups that hold one CSV a project. Refuses what would unpack to more than we read.

Sizes are counted while unpacking: what a ZIP says about itself is not believed.
"""

import io
import zipfile
import zlib

from taskora.transfer.errors import FileTooLarge, FileUnreadable

MAX_MEMBERS = 300
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1


def is_zip(data: bytes) -> bool:
    """Whether a file begins like a ZIP (an empty one has its own mark)."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_members(data: bytes, wanted: tuple[str, ...] = (".csv", ".json")) -> dict[str, bytes]:
    """The files inside whose names end as `wanted`, by name.

    Raises FileTooLarge for a ZIP that holds too much, FileUnreadable for a damaged or encrypted one. Nothing is
    written to disk, so names with `..` in them are harmless.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise FileTooLarge(f"The ZIP holds {len(members)} files; at most {MAX_MEMBERS} are read.")
            found: dict[str, bytes] = {}
            budget = MAX_UNPACKED_BYTES
            for info in members:
                base = info.filename.rsplit("/", 1)[-1]
                # macOS puts a shadow file beside every real one.
                if not base.lower().endswith(wanted) or base.startswith("._"):
                    continue
                if info.flag_bits & _ENCRYPTED:
                    raise FileUnreadable("The ZIP is protected with a password. Unpack it first.")
                found[info.filename] = _unpack(archive, info, budget)
                budget -= len(found[info.filename])
            return found
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        UnicodeError,
        RuntimeError,
        OSError,
    ) as error:
        raise FileUnreadable("The ZIP is damaged. Download or pack it again.") from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: int) -> bytes:
    parts = []
    with archive.open(info) as member:
        while part := member.read(_CHUNK):
            budget -= len(part)
            if budget < 0:
                raise FileTooLarge(f"The ZIP unpacks to more than {MAX_UNPACKED_BYTES // 1024 // 1024} MB.")
            parts.append(part)
    return b"".join(parts)
