"""How fast the parser reads: typical lines, and the worst 1,000 and 10,000 characters we could think of.

    python bench/language.py

Goals: p50 <= 1 ms, p95 <= 5 ms on typical lines; any 1,000 characters <= 50 ms; import <= 100 ms. CPU time, one core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from zoneinfo import ZoneInfo

from taskora.language import read

ZONE = "Asia/Karachi"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo(ZONE))
CORPUS = Path(__file__).parents[1] / "evals" / "language" / "corpus.jsonl"
WORST = {
    "days in a list": "mon, ",
    "numbers": "1 ",
    "articles": "a ",
    "fractions": "1/2 ",
    "ordinals": "1st, 2nd, ",
    "repeats": "every mon tue wed ",
    "exceptions": "every day except monday, ",
    "nested days": "the day after ",
    "offsets": "3 days before ",
    "ranges": "from monday to friday ",
    "feasts": "eid ",
    "reminders": "remind me 1 day and ",
    "quotes": "\"'“",
    "projects": "#a ",
    "unknown words": "qwzx tommorow wendsdy ",
    "emoji": "🎉",
    "names": "read The ",
}


def milliseconds(text: str, times: int = 3) -> float:
    """The best of some readings, in milliseconds of CPU time."""
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        read(text, now=NOW, timezone=ZONE)
        best = min(best, time.process_time() - started)
    return best * 1000


def main() -> None:
    program = "import time; t = time.process_time(); import taskora.language; print((time.process_time() - t) * 1000)"
    imports = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout) for _ in range(5)
    ]
    print(f"import           {min(imports):7.1f} ms   goal 100")
    lines = [json.loads(line)["text"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        read(line, now=NOW, timezone=ZONE)
    spent = quantiles([milliseconds(line) for line in lines], n=100)
    print(f"typical p50      {spent[49]:7.2f} ms   goal 1")
    print(f"typical p95      {spent[94]:7.2f} ms   goal 5")
    print(f"typical p99      {spent[98]:7.2f} ms   ({len(lines)} lines)")
    worst = {name: milliseconds((piece * 1000)[:1000]) for name, piece in WORST.items()}
    for name, spent_ms in sorted(worst.items(), key=lambda item: -item[1])[:5]:
        long = milliseconds((WORST[name] * 10_000)[:10_000], times=1)
        print(f"1,000 characters {spent_ms:7.1f} ms   goal 50   {name}; 10,000: {long:.0f} ms")


if __name__ == "__main__":
    main()
