"""Ten thousand random changes to a log, each of which `verify` has to notice. The code path is that of a folder."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kora.audit import AuditEntry, AuditLog, VerifyReport
from kora.audit.chain import verify
from kora.domain.actors import Actor, Surface
from kora.domain.risk import Risk

RECORDS, CHECKPOINT_EVERY, MUTATIONS = 8, 3, 10_000
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("audit")
    key = Ed25519PrivateKey.generate()
    log = AuditLog(folder, durable=False, segment_bytes=1800, checkpoint_every=CHECKPOINT_EVERY, key=key)
    actor = Actor(name="alex", surface=Surface.CLI)
    for number in range(RECORDS):
        log.append(AuditEntry(actor=actor, tool="t", risk=Risk.READ, phase="note", arguments={"n": number, "ü": "→"}))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "lock"}


def check(files: Files) -> VerifyReport:
    names = [*sorted(name for name in files if name.startswith("audit-")), "audit.jsonl"]
    return verify((files[name] for name in names if name in files), files.get("head"), files.get("checkpoints.jsonl"))


def _flip(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _set_byte(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(1) + data[at + 1 :]


def _drop_bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.randint(1, 40) :]


def _insert_bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice([b"\n", b" ", b"{}\n", b"0", rng.randbytes(rng.randint(1, 9))]) + data[at:]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _append(data: bytes, rng: random.Random) -> bytes:
    return data + rng.choice([b"\n", b"x", b"{}\n", data, data[-50:], rng.randbytes(5)])


def _drop_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def _drop_last_lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: -rng.randint(1, len(lines))])


def _swap_lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"".join(lines)


def _repeat_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"".join(lines)


def _edit_value(data: bytes, rng: random.Random) -> bytes:
    pairs = [(b'"n":1', b'"n":2'), (b'"alex"', b'"eve"'), (b'"read"', b'"write"'), (b'"sequence":', b'"sequence": ')]
    old, new = rng.choice(pairs)
    return data.replace(old, new, 1)


MUTATORS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _set_byte, _drop_bytes, _insert_bytes, _cut, _append, _drop_line, _drop_last_lines, _swap_lines),
    *(_repeat_line, _edit_value),
)


def test_the_untouched_log_is_intact_and_has_every_part(files: Files) -> None:
    report = check(files)
    assert (report.intact, report.records, report.checkpoints) == (True, RECORDS, RECORDS // CHECKPOINT_EVERY)
    assert len(files) >= 4


def test_ten_thousand_mutations_are_all_noticed(files: Files) -> None:
    rng = random.Random(20261121)
    names = sorted(files)
    done = 0
    while done < MUTATIONS:
        name = rng.choice(names)
        mutate = rng.choice(MUTATORS)
        changed = mutate(files[name], rng)
        if changed == files[name]:
            continue
        done += 1
        report = check({**files, name: changed})
        assert not report.intact, f"{mutate.__name__} of {name} went unnoticed: {changed!r}"
        assert report.broken_at is not None
        assert 1 <= report.broken_at <= RECORDS + 1
        assert report.reason


def test_a_missing_file_is_noticed(files: Files) -> None:
    for name in files:
        assert not check({other: data for other, data in files.items() if other != name}).intact, name


def test_files_that_change_places_are_noticed(files: Files) -> None:
    segments = [name for name in sorted(files) if name.startswith("audit")]
    first, second = segments[0], segments[-1]
    assert not check({**files, first: files[second], second: files[first]}).intact


def test_the_first_bad_record_is_named(files: Files) -> None:
    everything = b"".join(files[name] for name in sorted(files) if name.startswith("audit"))
    ordered = sorted(
        everything.splitlines(keepends=True), key=lambda line: int(line.partition(b'"sequence":')[2].split(b",")[0])
    )
    for number in range(RECORDS):
        spoiled = ordered.copy()
        spoiled[number] = spoiled[number].replace(b'"alex"', b'"eve"')
        assert verify([b"".join(spoiled)], files["head"], files["checkpoints.jsonl"]).broken_at == number + 1
        removed = ordered[:number] + ordered[number + 1 :]
        assert verify([b"".join(removed)], files["head"], files["checkpoints.jsonl"]).broken_at == number + 1


def test_the_same_holds_for_a_folder_on_disk(files: Files, tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert AuditLog(tmp_path).verify().intact
    (tmp_path / "audit.jsonl").write_bytes(_drop_last_lines(files["audit.jsonl"], random.Random(1)))
    assert not AuditLog(tmp_path).verify().intact
