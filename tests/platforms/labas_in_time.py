"""`labas serve` by the fakes' clock: as a program, with the file of the time, it serves until it is told to stop."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.commands import serve
from tests.platforms.moment import later


def main() -> int:
    file = Path(sys.argv[1])
    vars(serve)["wall_clock"] = lambda: later(file)
    return serve.run(None, None)


if __name__ == "__main__":
    sys.exit(main())
