"""Build hook: a wheel carries the shipped rules compiled, so that its first start is as fast as any later one."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrebuiltRules(BuildHookInterface[Any]):
    """Adds `calmlint/_rules/prebuilt.bin` to wheels; an editable install compiles its live rules itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile `rules/` into a file of a temporary folder and name it in `build_data`."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)  # the project being built is not installed
        try:
            from calmlint.rule import write_prebuilt  # noqa: PLC0415 - importable only from here on
        finally:
            sys.path.remove(self.root)
        self._folder = tempfile.TemporaryDirectory()
        target = Path(self._folder.name, "prebuilt.bin")
        write_prebuilt(Path(self.root, "rules"), target)
        build_data["force_include"][str(target)] = "calmlint/_rules/prebuilt.bin"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's signature
        """Remove the temporary folder."""
        if version != "editable":
            self._folder.cleanup()
