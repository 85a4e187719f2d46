"""The moment at which all files of the book claim to be made, so that their bytes depend on nothing but the text."""

from __future__ import annotations

from datetime import UTC, datetime

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
#: As programs that make files take it from the environment: https://reproducible-builds.org/specs/source-date-epoch/
ENVIRONMENT = {"SOURCE_DATE_EPOCH": str(int(MOMENT.timestamp()))}
#: As an archive has it.
IN_ZIP = MOMENT.timetuple()[:6]
