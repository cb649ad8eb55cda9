"""The one tree of errors. The docstring of an error says the remedy; its text reads `what: subject: cause`.

An outlet's failure is no error but a value (`FetchFailure`, `Unreadable`) and a row in the database.
"""

from __future__ import annotations


class WirewatchError(Exception):
    """Something a person can mend. The command line prints its text in one line and ends with `exit_code`."""

    exit_code = 1


class UsageError(WirewatchError):
    """A command was given something it cannot take. Remedy: correct the words named in the text."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting has a value that cannot be used. Remedy: correct the key the text names."""


class BadURLError(UsageError):
    """A text is no http(s) URL. Remedy: give the full address, as https://outlet.example/."""


class SourceUnreachableError(WirewatchError):
    """A source that is to be added does not answer, or lists no articles. Remedy: the text names the cause."""


class PageUnreachableError(WirewatchError):
    """A page that is to be explained brings no answer. Remedy: the text names the cause; or name a file."""


class NotFoundError(WirewatchError):
    """A source, article or story of that name or id is not stored. Remedy: list them."""


class SearchTimeoutError(WirewatchError):
    """A search took too long. Remedy: name a rarer word, a language or a time."""


class DatabaseUnreachableError(WirewatchError):
    """No database answers. Remedy: see that it runs and that WIREWATCH_DATABASE_URL is right."""


class DatabaseUnfitError(WirewatchError):
    """The database is too old, or does not fold or stem letters. Remedy: the text names it."""


class DatabaseFullError(WirewatchError):
    """The disk of the database is full. Remedy: free space there."""


class DatabaseBusyError(WirewatchError):
    """Another process held rows for too long, or ours and its waited for each other. Remedy: try again."""


class DatabaseNewerError(WirewatchError):
    """The database was made by a newer Wirewatch. Remedy: update Wirewatch."""


class MigrationEditedError(WirewatchError):
    """A migration differs from what was applied. Remedy: restore the released file."""


class DataFolderError(WirewatchError):
    """The data folder cannot be written, or is full. Remedy: free space, or set WIREWATCH_HOME."""


class PostgresStartError(WirewatchError):
    """The embedded Postgres does not start. Remedy: read the log file that the text names."""


class WorkerBrokenError(WirewatchError):
    """A worker cannot go on. Remedy: start it again; `wirewatch up` does so by itself."""


class PortInUseError(WirewatchError):
    """Another program listens on the port. Remedy: choose another with --port."""


class ImportFileError(UsageError):
    """A file of sources cannot be read as OPML or TOML. Remedy: correct the place the text names."""


class ChannelURLError(UsageError):
    """The address of a channel cannot be used. Remedy: write it in the form that the text names."""
