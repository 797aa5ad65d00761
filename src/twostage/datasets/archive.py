"""Files out of a zip archive that nobody vouches for."""

import errno
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from twostage.datasets.transfer import UnavailableError

MOST = 1 << 31  # bytes of all members together
ENCRYPTED = 1  # bit of a member's flags, APPNOTE.TXT 4.4.4
# What reading a damaged archive ends in; of an OSError these codes: bz2 has none, a place before the start is invalid.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, UnicodeDecodeError)
CODES = (None, errno.EINVAL)


def extract(path: Path, wanted: Mapping[str, str], into: Path, most: int = MOST) -> None:
    """Write the members whose file name, in any folder, is a key of `wanted` to the name that it maps to.

    A member is never read past the size that the archive declares for it, and the sizes add up to `most` bytes at most.

    Raises
    ------
    UnavailableError
        If the archive is broken, too large, has a path that leads outside, or two members for one name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check(path, members, most)
            taken = [(m, wanted[name]) for m in members if (name := PurePosixPath(m.filename).name) in wanted]
            names = [target for _, target in taken]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise UnavailableError(f"{path.name}: more than one file for {', '.join(twice)}, expected one")
            for member, target in taken:
                with archive.open(member) as source, (into / target).open("wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)
    except (*DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno not in CODES:
            raise
        raise UnavailableError(f"{path.name}: not a whole zip archive: {error or type(error).__name__}") from None


def _check(path: Path, members: list[zipfile.ZipInfo], most: int) -> None:
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:
            raise UnavailableError(
                f"{path.name}: {member.filename!r} leads outside, expected a path within the archive"
            )
        if member.flag_bits & ENCRYPTED:
            raise UnavailableError(f"{path.name}: {member.filename!r} is encrypted, expected no password")
    size = sum(member.file_size for member in members)
    if size > most:
        raise UnavailableError(f"{path.name}: unpacks to {size} bytes, expected at most {most}")
