"""Headless Chromium on a local file: its DOM after scripts ran, or its printed pages."""

import os
import re
import signal
import subprocess
from pathlib import Path

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
]
DARK = "--blink-settings=preferredColorScheme=0"
SECONDS = 120


def run_chromium(page: Path, *flags: str) -> str:
    """Standard output of one start of the browser with a profile of its own."""
    profile = page.parent / f"profile-{page.stem}"
    command = ["chromium", *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return output.decode("utf-8")


def dump_dom(page: Path, *flags: str) -> str:
    """The document as the browser holds it once its scripts are done."""
    return run_chromium(page, "--virtual-time-budget=20000", *flags, "--dump-dom")


def print_pdf(page: Path) -> bytes:
    """The page on paper."""
    target = page.with_suffix(".pdf")
    run_chromium(page, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    return target.read_bytes()


def add_script(html: str, *scripts: str) -> str:
    """A copy of a page, for tests only, without its policy and with scripts at its end."""
    open_page = re.sub(r'<meta [^>]*http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert open_page != html, "a page without a policy"
    added = "".join(f"<script>{script}</script>" for script in scripts)
    return open_page.replace("</body>", f"{added}</body>")
