"""Trims Twilio's published OpenAPI documents to the operations we use: `python tests/channels/trim_openapi.py`.

Fetches the npm package named below (`npm pack`), or reads one that was fetched before: a .tgz as the only argument.
What a request is made of is kept; descriptions, examples and answers are not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE, VERSION = "@twilio/cli-core", "8.3.2"
TRIMMED = Path(__file__).parent / "published" / "twilio.json"
LICENCE = "MIT, Copyright (C) 2022, Twilio, Inc.; the documents themselves name Apache 2.0. See published/README.md."
USED = {
    "twilio_api_v2010.json": {
        "/2010-04-01/Accounts/{AccountSid}/Messages.json": ("get", "post"),
        "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json": ("get",),
        "/2010-04-01/Accounts/{AccountSid}/Calls.json": ("get", "post"),
        "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json": ("get",),
        "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json": ("get",),
        "/2010-04-01/Accounts/{Sid}.json": ("get",),
    },
    "twilio_lookups_v2.json": {"/v2/PhoneNumbers/{PhoneNumber}": ("get",)},
    "twilio_messaging_v1.json": {
        "/v1/Services/{Sid}": ("get",),
        "/v1/Services/{ServiceSid}/PhoneNumbers": ("get",),
        "/v1/Services/{ServiceSid}/ShortCodes": ("get",),
    },
}
_KEPT = {"type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"}
_KEPT |= {"items", "properties", "required"}
_FORM = "application/x-www-form-urlencoded"


def schema(found: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without what describes it, its references replaced by what they name."""
    if "$ref" in found:
        *_, kind, name = found["$ref"].split("/")
        return schema(document["components"][kind][name], document)
    kept = {key: value for key, value in found.items() if key in _KEPT}
    if "items" in kept:
        kept["items"] = schema(kept["items"], document)
    if "properties" in kept:
        kept["properties"] = {name: schema(each, document) for name, each in kept["properties"].items()}
    return kept


def operation(method: str, found: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return what one operation asks of a request."""
    parameters = [
        {"name": each["name"], "in": each["in"], "required": each.get("required", False)}
        | {"schema": schema(each["schema"], document)}
        for each in found.get("parameters", ())
    ]
    form = found.get("requestBody", {}).get("content", {}).get(_FORM)
    return {"method": method.upper(), "operationId": found["operationId"], "parameters": parameters} | (
        {"form": schema(form["schema"], document)} if form else {}
    )


def operations(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the operations we use, each with its server and path."""
    for name, paths in USED.items():
        document = json.loads((folder / name).read_text(encoding="utf-8"))
        for path, methods in paths.items():
            found = document["paths"][path]
            server = found["servers"][0]["url"]
            for method in methods:
                yield {"server": server, "path": path} | operation(method, found[method], document)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            archive = Path(sys.argv[1])
        else:
            subprocess.run(["npm", "pack", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        found = list(operations(Path(folder) / "package" / "src" / "services" / "twilio-api"))
    about = {"package": PACKAGE, "version": VERSION, "licence": LICENCE}
    TRIMMED.write_text(json.dumps(about | {"operations": found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
