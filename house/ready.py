"""Make this checkout ready to run: `python3 -m house.ready VERB …`, with nothing but the standard library.

uv is fetched once into `.tools/`; it makes `.venv` and installs the versions of `uv.lock`, each with its hash, from
the index that pip would use. When nothing has changed since, this costs a fraction of a second.
"""

from __future__ import annotations

import compileall
import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from house.fetch import NEWEST_BEFORE, OLDEST, FetchError, fetch_uv
from house.index import Index, configured_index
from house.programs import DEMO, PEERS, ROOT, named_by_tests, provide
from house.rooms import folders_of_tests

TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".ready"
COMPILED = (ROOT / "src", ROOT / "tests" / "simulators")
"""What is imported by programs that are started again and again."""
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def main(arguments: Sequence[str]) -> int:
    """Prepare what the verb needs; return the exit code."""
    verb, *rest = arguments
    try:
        ready()
        compile_sources()
        provide(programs_for(verb, rest))
    except FetchError as error:
        print(f"coffre: cannot set up: {error}.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"coffre: cannot set up: `{Path(error.cmd[0]).name} {error.cmd[1]}` failed, see above.", file=sys.stderr)
        return 1
    return 0


def programs_for(verb: str, rest: Sequence[str]) -> tuple[str, ...]:
    """Return the system programs that `./dev VERB REST…` makes use of."""
    if verb == "demo":
        return DEMO
    if verb == "bench":
        return PEERS
    if verb == "test":
        return named_by_tests(folders_of_tests(rest))
    return ()


def ready() -> None:
    """Have `.venv` hold exactly the locked packages and this project.

    Raises:
        FetchError: uv cannot be had.
        CalledProcessError: uv failed; it has said why.
    """
    wanted = fingerprint()
    if _works(PYTHON) and STAMP.is_file() and STAMP.read_text("ascii") == wanted:
        return
    index = configured_index()
    _provide_certificates(index)
    uv = _find_uv(index)
    print("coffre: setting up (once): the locked packages go into .venv …", file=sys.stderr, flush=True)
    _install(uv, index)
    STAMP.write_text(wanted, "ascii")


def compile_sources() -> None:
    """Write the byte code of this project, too, which is installed as it lies here.

    Where PYTHONDONTWRITEBYTECODE is set, nobody else does: `coffre list` would take 280 ms instead of 90.
    """
    for folder in COMPILED:
        compileall.compile_dir(folder, quiet=1)


def fingerprint() -> str:
    """Return a digest of all that decides what must be installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    facts = [project.get(name) for name in ("project", "build-system", "dependency-groups")]
    facts += [project.get("tool", {}).get("uv"), sys.version, str(ROOT)]
    return hashlib.sha256((ROOT / "uv.lock").read_bytes() + json.dumps(facts).encode()).hexdigest()


def index_options(index: Index) -> list[str]:
    """Return the words that tell uv to look where pip would; none when pip is not configured."""
    words: list[str] = []
    if index.url:
        words += ["--default-index", index.url]
    for url in index.extra:
        words += ["--index", url]
    for place in index.find_links:
        words += ["--find-links", place]
    for host in index.trusted_hosts:
        words += ["--allow-insecure-host", host]
    if index.no_index:
        words += ["--no-index"]
    # pip takes the best version of all indexes, uv that of the first one that knows the name; hashes decide anyway.
    return [*words, "--index-strategy", "unsafe-best-match"]


def _install(uv: str, index: Index) -> None:
    TOOLS.mkdir(exist_ok=True)
    requirements = TOOLS / "requirements.txt"
    environment = _environment(index)

    def run(*words: str) -> None:
        subprocess.run([uv, *words], check=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)

    if not _works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        run("venv", "-q", "--python", sys.executable, str(VENV))
    run("export", "-q", "--frozen", "--no-emit-project", "--all-groups", "--output-file", str(requirements))
    where = ["--python", str(PYTHON), *index_options(index)]
    run("pip", "sync", "-q", "--require-hashes", *where, str(requirements))
    run("pip", "install", "-q", "--no-deps", *where, "--editable", str(ROOT))


def _environment(index: Index) -> dict[str, str]:
    # The wheel's byte code is made now: a start without it costs 115 ms instead of 71.
    added = {"UV_COMPILE_BYTECODE": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    if index.certificates:
        added["SSL_CERT_FILE"] = index.certificates
    elif "SSL_CERT_FILE" not in os.environ:
        added["UV_SYSTEM_CERTS"] = "true"
    if index.proxy:
        added["ALL_PROXY"] = index.proxy
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | added


def _find_uv(index: Index) -> str:
    own = TOOLS / "uv"
    found = shutil.which("uv")
    for candidate in (str(own), found):
        if candidate and _fits(candidate):
            return candidate
    print("coffre: fetching uv (once) …", file=sys.stderr, flush=True)
    if index.proxy:
        os.environ.setdefault("https_proxy", index.proxy)
    fetch_uv(index, own)
    return str(own)


def _fits(uv: str) -> bool:
    try:
        answer = subprocess.run([uv, "--version"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    match = re.match(r"uv (\d+)\.(\d+)", answer)
    return match is not None and OLDEST <= (int(match[1]), int(match[2])) < NEWEST_BEFORE


def _works(python: Path) -> bool:
    # Not run but resolved: a link to a Python that is gone is the one way in which an old environment breaks.
    return python.exists()


def _provide_certificates(index: Index) -> None:
    """Install the certificate authorities where a bare system has none and we may."""
    if index.certificates or os.environ.get("SSL_CERT_FILE") or _CERTIFICATES.exists():
        return
    apt = shutil.which("apt-get")
    paths = ssl.get_default_verify_paths()
    if apt is None or paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        return
    if os.geteuid() == 0:
        subprocess.run([apt, "update", "-qq"], check=False)
        subprocess.run([apt, "install", "-y", "-qq", "--no-install-recommends", "ca-certificates"], check=False)
    else:
        raise FetchError("this system has no certificate authorities; type: sudo apt-get install ca-certificates")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
