"""The log's folder: one chain by several writers, crashes, rotation, and writes refused when the log can't be kept."""

import itertools
import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kora.audit import AuditEntry, AuditLog, AuditUnavailable
from kora.audit.chain import Head
from kora.audit.export import PHASE_IV_HEADER, export
from kora.domain.actors import Actor, Surface
from kora.domain.results import Status
from kora.domain.risk import Risk
from kora.kit.errors import Unavailable

ACTOR = Actor(name="alex", surface=Surface.CLI)
WRITER = """
import sys
from pathlib import Path
from kora.audit import AuditEntry, AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.risk import Risk
log = AuditLog(Path(sys.argv[1]), durable=False, segment_bytes=20_000, checkpoint_every=7)
for number in range(60):
    log.append(AuditEntry(actor=Actor(name=sys.argv[2], surface=Surface.CLI), tool="t", risk=Risk.READ, phase="note",
                          arguments={"number": number}))
"""


def entry(**more: Any) -> AuditEntry:
    fields: dict[str, Any] = {"actor": ACTOR, "tool": "plans.apply", "risk": Risk.WRITE, "phase": "attempt"}
    return AuditEntry.model_validate(fields | more)


def small(folder: Path, **more: Any) -> AuditLog:
    return AuditLog(folder, durable=False, **({"segment_bytes": 3000, "checkpoint_every": 4} | more))


def filled(folder: Path, count: int = 5, **more: Any) -> AuditLog:
    log = small(folder, **more)
    for number in range(count):
        log.append(entry(arguments={"number": number}))
    return log


def test_records_chain_and_come_back(tmp_path: Path) -> None:
    log = filled(tmp_path / "audit", 30)
    records = list(log.records())
    assert [record.sequence for record in records] == list(range(1, 31))
    assert all(later.previous == earlier.hash for earlier, later in itertools.pairwise(records))
    assert len(list((tmp_path / "audit").glob("audit-*.jsonl"))) > 1
    report = log.verify()
    assert (report.intact, report.records, report.end_confirmed, report.checkpoints) == (True, 30, True, 7)
    assert [record.sequence for record in log.records(since=29)] == [29, 30]


def test_an_empty_place_is_an_intact_log(tmp_path: Path) -> None:
    assert AuditLog(tmp_path / "none").verify().intact
    assert not (tmp_path / "none").exists()


def test_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    filled(tmp_path / "audit", 12)
    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "audit").iterdir())


def test_two_processes_keep_one_chain(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "audit"), name])
        for name in ("one", "two", "three")
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    log = AuditLog(tmp_path / "audit")
    report = log.verify()
    assert report.intact, report.reason
    records = list(log.records())
    assert len(records) == 180
    for name in ("one", "two", "three"):
        assert [each.arguments["number"] for each in records if each.actor.name == name] == list(range(60))


def test_threads_of_one_process_keep_one_chain(tmp_path: Path) -> None:
    log = small(tmp_path / "audit")
    threads = [threading.Thread(target=lambda: [log.append(entry()) for _ in range(25)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (log.verify().intact, log.verify().records) == (True, 100)


def test_planted_secrets_never_reach_the_disk(tmp_path: Path) -> None:
    secret = "hunter2-Zq81vX"
    log = small(tmp_path / "audit")
    record = log.append(
        entry(
            arguments={
                "password": secret,
                "argv": ["--token", secret],
                "manifest": {"kind": "Secret", "data": {"a": secret}},
            },
            prompt=f"log in with DB_PASSWORD={secret}",
            result=f"connected to postgres://app:{secret}@db/app",
            approver=f"token: {secret}",
        )
    )
    assert secret not in record.model_dump_json()
    assert all(secret.encode() not in path.read_bytes() for path in (tmp_path / "audit").iterdir())
    assert log.verify().intact


# --- crashes --------------------------------------------------------------------------------------------------------


def _announce(folder: Path, line: bytes, own: str) -> None:
    head = Head.read((folder / "head").read_bytes())
    assert head is not None
    (folder / "head").write_bytes(head.model_copy(update={"next": own}).block())
    with (folder / "audit.jsonl").open("ab") as file:
        file.write(line)


def _next_line(folder: Path) -> tuple[bytes, str]:
    """The line that the log would get next, taken from a copy of it."""
    import shutil

    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    record = small(copy, segment_bytes=10**6).append(entry(arguments={"number": 99}))
    lines = (copy / "audit.jsonl").read_bytes().splitlines(keepends=True)
    shutil.rmtree(copy)
    return lines[-1], record.hash


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_torn_line_is_no_record_and_is_set_aside_with_a_note(tmp_path: Path, share: float) -> None:
    folder = tmp_path / "audit"
    filled(folder, 3, segment_bytes=10**6)
    line, own = _next_line(folder)
    torn = line[: int(len(line) * share)]
    _announce(folder, torn, own)

    report = small(folder).verify()
    assert (report.intact, report.records) == (True, 3)
    assert report.notes
    record = small(folder, segment_bytes=10**6).append(entry())
    records = list(small(folder).records())
    assert small(folder).verify().intact
    assert not small(folder).verify().notes
    if torn:
        assert record.sequence == 5
        assert records[3].tool == "audit.recover"
        assert records[3].arguments["unfinished_bytes"] == len(torn)
        assert (folder / records[3].arguments["kept_as"]).read_bytes() == torn
    else:
        assert record.sequence == 4


def test_a_whole_line_whose_writer_died_afterwards_counts(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    filled(folder, 3, segment_bytes=10**6)  # the next one is the fourth, which gets a checkpoint
    _announce(folder, *_next_line(folder))
    assert (small(folder).verify().intact, small(folder).verify().records) == (True, 4)
    assert small(folder, segment_bytes=10**6).append(entry()).sequence == 5
    assert (small(folder).verify().intact, small(folder).verify().checkpoints) == (True, 1)


def test_a_crash_between_closing_a_segment_and_saying_so(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    filled(folder, 3, segment_bytes=10**6)
    (folder / "audit.jsonl").rename(folder / "audit-0000000001.jsonl")
    assert small(folder).verify().intact
    assert small(folder).append(entry()).sequence == 4
    assert small(folder).verify().intact


@pytest.mark.parametrize("spoil", ["last record", "extra record", "extra text", "cut", "no head", "bad head", "no log"])
def test_nothing_is_built_on_what_no_crash_explains(tmp_path: Path, spoil: str) -> None:
    folder = tmp_path / "audit"
    filled(folder, 5, segment_bytes=10**6)
    log, head = folder / "audit.jsonl", folder / "head"
    data = log.read_bytes()
    lines = data.splitlines(keepends=True)
    match spoil:
        case "last record":
            log.write_bytes(data.replace(b'"number":4', b'"number":5'))
        case "extra record":
            log.write_bytes(data + lines[-1])
        case "extra text":
            log.write_bytes(data + b"x")
        case "cut":
            log.write_bytes(b"".join(lines[:-1]))
        case "no head":
            head.unlink()
        case "bad head":
            head.write_bytes(head.read_bytes().replace(b'"count":5', b'"count":4'))
        case "no log":
            log.unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(AuditUnavailable, match=r"refused.*Nothing was changed") as caught:
        small(folder).append(entry())
    assert caught.value.fix
    assert "kora audit verify" in caught.value.fix
    assert not small(folder).verify().intact
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# --- no room --------------------------------------------------------------------------------------------------------


def test_a_full_disk_refuses_and_says_why_and_leaves_the_log_whole(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    log = filled(folder, 3, segment_bytes=10**6)
    size = (folder / "audit.jsonl").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, hard))  # the next line gets 100 bytes and no more
    try:
        with pytest.raises(AuditUnavailable, match="can't be written") as caught:
            log.append(entry())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert isinstance(caught.value, Unavailable)
    assert caught.value.fix
    assert (folder / "audit.jsonl").stat().st_size == size
    assert (log.verify().intact, log.verify().records) == (True, 3)
    assert log.append(entry()).sequence == 4


def test_a_device_without_room_refuses(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    folder.mkdir()
    (folder / "audit.jsonl").symlink_to("/dev/full")
    (folder / "head").write_bytes(Head().block())
    with pytest.raises(AuditUnavailable, match=r"No space left.*Nothing was changed") as caught:
        AuditLog(folder, durable=False).append(entry())
    assert caught.value.fix == "Free some disk space, then try again."


def test_a_place_that_is_no_folder_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AuditUnavailable, match="Nothing was changed"):
        AuditLog(tmp_path / "file" / "audit").append(entry())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_refuses(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(AuditUnavailable):
        AuditLog(tmp_path / "audit").append(entry())


# --- signatures, export ---------------------------------------------------------------------------------------------


def test_whoever_rewrites_log_and_head_fails_on_the_signature(tmp_path: Path) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    log = filled(tmp_path / "true", 9, key=key)
    report = log.verify(key.public_key())
    assert (report.intact, report.signed) == (True, True)
    assert not log.verify(other.public_key()).intact
    forged = filled(tmp_path / "forged", 9, key=other)  # a whole new history, consistent in itself
    assert forged.verify().intact
    assert forged.verify(key.public_key()).broken_at == 4
    unsigned = filled(tmp_path / "unsigned", 9)
    assert not unsigned.verify(key.public_key()).intact


def test_a_key_makes_its_signatures_obligatory_even_when_no_checkpoint_is_left(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    log = filled(tmp_path / "audit", 3)
    report = log.verify(key.public_key())
    assert report.intact
    assert not report.signed


def test_a_copy_that_was_cut_is_held_against_the_log_it_came_from(tmp_path: Path) -> None:
    log = filled(tmp_path / "audit", 6, segment_bytes=10**6)
    lines = (tmp_path / "audit" / "audit.jsonl").read_bytes().splitlines(keepends=True)
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(b"".join(lines))
    assert log.verify_copy(copy).intact
    copy.write_bytes(b"".join(lines[:-2]))
    assert log.verify_copy(copy).broken_at == 5
    stranger = AuditLog(tmp_path / "none").verify_copy(copy)
    assert (stranger.intact, stranger.end_confirmed) == (True, False)
    assert stranger.notes


def test_phase_iv_lines(tmp_path: Path) -> None:
    log = small(tmp_path / "audit")
    log.append(entry(agent="HELM", prompt="helm install todo-app", phase="attempt"))
    log.append(entry(agent="HELM", prompt='say "hi"\nthere \\', result="deployed", phase="outcome", status=Status.OK))
    log.append(entry(agent="KAGENT", phase="note", status=Status.OK))
    log.append(entry(phase="outcome", prompt="no agent"))
    lines = list(export(log.records(), "phase-iv"))
    assert lines[0] == PHASE_IV_HEADER
    stamp = next(log.records(2)).time.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert lines[1] == f'[{stamp}] [HELM] prompt="say \\"hi\\"\\nthere \\\\" result="deployed"'
    assert lines[2].endswith('[KAGENT] prompt="plans.apply" result="ok"')
    assert len(lines) == 3


def test_other_exports(tmp_path: Path) -> None:
    log = small(tmp_path / "audit")
    log.append(entry(tool="=cmd()", arguments={"a": 1}))
    assert json.loads(next(export(log.records(), "json")))["arguments"] == {"a": 1}
    header, line = export(log.records(), "csv")
    assert header.startswith("sequence,time")
    assert "'=cmd()" in line
