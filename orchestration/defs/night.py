"""The run as Dagster holds it: one `Night` under the warehouse's lock from the first step to the last."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date

import dagster as dg
from pydantic import PrivateAttr

from orchestration import clock
from orchestration.defs.keys import PARTITION
from orchestration.errors import ConfigurationError, CrwError
from orchestration.night import Night, NightRequest
from orchestration.settings import Settings


class NightResource(dg.ConfigurableResource):
    """The night of the run's partition; `known_at` (ISO 8601) replays what was known then and lands nothing."""

    known_at: str = ""
    _as_of: str = PrivateAttr(default="")
    _run_id: str = PrivateAttr(default="")
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _night: Night | None = PrivateAttr(default=None)
    _error: CrwError | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["NightResource"]:
        """Hold the lock until the run ends, however its steps end; the night then records its own outcome."""
        self._as_of = context.run.tags.get(PARTITION, "") if context.run else ""
        self._run_id = context.run.run_id if context.run else ""
        try:
            with self._held:
                yield self
                if self._error:
                    raise self._error
        except CrwError as error:
            # A step has failed with it already; raised once more it only told the night how it ended.
            if error is not self._error:
                raise

    @contextmanager
    def phase(self, name: str) -> Iterator[Night]:
        """Give the night to one step; what goes wrong becomes a Failure of our own words, never a data value."""
        try:
            if self._night is None:
                self._night = self._held.enter_context(Night.open(self._request()))
            yield self._night
        except CrwError as error:
            self._error = error
        except AssertionError:
            problem = "A night is one piece: its phases share one lock and one build."
            self._error = CrwError(problem, "launch the job `nightly`, all of it.")
        except Exception as error:
            # The text of a foreign exception may quote a row: its class has to do.
            self._error = CrwError(
                f"{type(error).__name__}.", "run `crw nightly` for the same date to see where."
            )
        else:
            return
        # `from None`: the event log would print the whole text of the exception behind ours.
        raise dg.Failure(
            description=f"{name}: {self._error}",
            metadata={"phase": name, "message": self._error.message, "way_out": self._error.way_out},
            allow_retries=False,
        ) from None

    def _request(self) -> NightRequest:
        if not self._as_of:
            raise ConfigurationError("The run has no business date.", "launch the job with one partition.")
        return NightRequest(
            Settings.from_environment(),
            as_of=date.fromisoformat(self._as_of),
            known_at=clock.parse_moment(self.known_at) if self.known_at else None,
            launched_by=self._run_id,
        )
