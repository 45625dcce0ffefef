"""Simulate a computer with nothing but the C library of this one, fonts, and the binary: no Python, no Tcl, no Tk."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

_OF_THE_SYSTEM = (  # what every Linux with a screen has: glibc and the libgcc that its threads need, hosts, and fonts
    *("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2"),
    *("libnss_files.so.2", "libnss_dns.so.2", "ld-linux-x86-64.so.2", "libgcc_s.so.1"),
)
_FONTS = ("/etc/fonts", "/usr/share/fonts/truetype/dejavu", "/usr/share/fontconfig/conf.avail")
NOBODY = 65534


class BareComputer:
    """A folder that is the whole file system for a program, in a mount namespace of its own. Needs root.

    Parameters
    ----------
    root : Path
        An empty folder.
    binary : Path
        The one file that is copied into it.
    """

    def __init__(self, root: Path, binary: Path) -> None:
        self.root, self.home = root, root / "home" / "receptionist"
        for folder in ("proc", "dev", "tmp", "lib64", "opt", "etc", "home/receptionist"):
            (root / folder).mkdir(parents=True)
        for name in _OF_THE_SYSTEM:
            self._copy(_found(name))
        for folder in _FONTS:
            if Path(folder).is_dir():
                shutil.copytree(folder, f"{root}{folder}", symlinks=True)
        (root / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
        (root / "etc" / "passwd").write_text(f"receptionist:x:{NOBODY}:{NOBODY}::/home/receptionist:/nothing\n")
        self.binary = root / "opt" / binary.name
        shutil.copy(binary, self.binary)
        (root / "tmp").chmod(0o1777)
        os.chown(self.home, NOBODY, NOBODY)

    def command(self, *arguments: object, display: str = "") -> list[str]:
        """The command line that runs the binary in there, as a user without rights and without an environment."""
        root = shlex.quote(str(self.root))
        environment = ["HOME=/home/receptionist", *([f"DISPLAY={display}"] if display else [])]
        program = shlex.join([*environment, f"/opt/{self.binary.name}", *map(str, arguments)])
        mounts = f"mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev"
        enter = f"exec chroot --userspec={NOBODY}:{NOBODY} {root} "
        env = self.root / "env"
        if not env.exists():
            shutil.copy(str(shutil.which("env")), env)
        return ["unshare", "--mount", "sh", "-c", f"{mounts} && {enter}/env -i {program}"]

    def run(self, *arguments: object, display: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments, display=display),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
        )

    def files(self) -> list[str]:
        """List the files in the user's home and in /tmp, to the second folder below."""
        found = [*self.home.rglob("*"), *(self.root / "tmp").rglob("*")]
        return sorted({"/".join(path.relative_to(self.root).parts[:5]) for path in found if path.is_file()})

    def _copy(self, library: Path) -> None:
        target = self.root / str(library.parent).lstrip("/") / library.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)


def _found(library: str) -> Path:
    """Find a library on this computer."""
    if library.startswith("ld-"):
        return Path("/lib64", library)
    listed = subprocess.run(["/sbin/ldconfig", "-p"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    found = re.search(rf"^\s+{re.escape(library)} \(.*x86-64.*\) => (\S+)", listed, re.MULTILINE)
    assert found is not None, f"{library} is not on this computer"
    return Path(found.group(1))
