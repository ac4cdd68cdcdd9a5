"""One headless Chromium for all pages of a test run, spoken to over the two ends of a pipe.

Starting a browser costs more than most of what is asked of a page, so a page is a tab of it: with
a size and a colour scheme of its own, and closed at its end.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
SECONDS = 120
END = b"\0"
HIGH = 10  # descriptors from here on are none of the two that Chromium uses


@dataclass(frozen=True)
class Look:
    """How a page is looked at: size of the screen in pixels, dark or light."""

    width: int = 1280
    height: int = 900
    dark: bool = False


SCREEN = Look()


@dataclass
class Browser:
    """A running Chromium, its profile, and what it has said that nobody has asked for yet."""

    profile: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="chromium-")))
    asked: int = 0
    _said: bytes = b""
    _waiting: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        commands, self._write = (_raise(end) for end in os.pipe())
        self._read, answers = (_raise(end) for end in os.pipe())
        words = ["chromium", *FLAGS, f"--user-data-dir={self.profile}", "--remote-debugging-pipe"]
        as_three_and_four = f'exec "$@" 3<&{commands} 4>&{answers}'
        self._process = subprocess.Popen(
            ["bash", "-c", as_three_and_four, "bash", *words, "about:blank"],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(commands)
        os.close(answers)

    def close(self) -> None:
        """End it with all its processes."""
        os.close(self._write)
        os.close(self._read)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method: str, session: str = "", **given: object) -> dict[str, Any]:
        """What it answers to a command of its protocol."""
        self.asked += 1
        own = {"sessionId": session} if session else {}
        command = {"id": self.asked, "method": method, "params": given, **own}
        self._send(json.dumps(command).encode() + END)
        answer = self._wait_for({"id": self.asked})
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def wait_for(self, event: str, session: str) -> None:
        """Until it has said that something happened in a tab."""
        self._wait_for({"method": event, "sessionId": session})

    @contextmanager
    def open(self, page: Path, look: Look = SCREEN) -> "Iterator[Tab]":
        """A page, loaded in a tab of its own."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session)
        try:
            tab.look_at(page, look)
            yield tab
        finally:
            self.ask("Target.closeTarget", targetId=target)
            self._waiting.clear()

    def _send(self, content: bytes) -> None:
        while content:
            content = content[os.write(self._write, content) :]

    def _wait_for(self, wanted: Mapping[str, object]) -> dict[str, Any]:
        end = time.monotonic() + SECONDS
        while True:
            for message in self._waiting:
                if wanted.items() <= message.items():
                    self._waiting.remove(message)
                    return message
            self._waiting.append(self._receive(end))

    def _receive(self, end: float) -> dict[str, Any]:
        while END not in self._said:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser says nothing"
            more = os.read(self._read, 1 << 20)
            assert more, "the browser has ended"
            self._said += more
        message, _, self._said = self._said.partition(END)
        read: dict[str, Any] = json.loads(message)
        return read


@dataclass(frozen=True)
class Tab:
    """A page in the browser."""

    browser: Browser
    session: str

    def look_at(self, page: Path, look: Look) -> None:
        """Load a page."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if look.dark else "light"}
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=look.width,
            height=look.height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        self._ask("Page.enable")
        answer = self._ask("Page.navigate", url=page.as_uri())
        assert "errorText" not in answer, (page, answer)
        self.browser.wait_for("Page.loadEventFired", self.session)

    def evaluate(self, script: str) -> Any:
        """Value of an expression in the page, waited for where it is a promise."""
        answer = self._ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def read_dom(self) -> str:
        """The document as the browser holds it."""
        dom = self.evaluate("document.documentElement.outerHTML")
        assert isinstance(dom, str)
        return dom

    def print(self) -> bytes:
        """The page on paper."""
        made = self._ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(made["data"])

    def _ask(self, method: str, **given: object) -> dict[str, Any]:
        return self.browser.ask(method, self.session, **given)


def _raise(descriptor: int) -> int:
    """The same under a higher number."""
    raised = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(descriptor)
    return raised
