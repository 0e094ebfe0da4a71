"""The server and the account."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.adapters.immich.server.calls.call import Call, Handler, missing

_ON = (
    "search",
    "trash",
    "map",
    "sidecar",
    "reverseGeocoding",
    "smartSearch",
    "facialRecognition",
    "duplicateDetection",
    "importFaces",
    "passwordLogin",
    "ocr",
)
_OFF = ("oauth", "oauthAutoLaunch", "configFile", "email")


def _version(call: Call) -> Any:
    major, minor, patch = map(int, call.version.split("."))
    answer = {"major": major, "minor": minor, "patch": patch}
    return answer if call.old else answer | {"prerelease": None}


def _about(call: Call) -> Any:
    place = f"https://github.com/immich-app/immich/releases/tag/v{call.version}"
    return {"version": f"v{call.version}", "versionUrl": place, "licensed": False}


def _features(call: Call) -> Any:
    known = dict.fromkeys(_ON, True) | dict.fromkeys(_OFF, False)
    return known if call.old else known | {"realtimeTranscoding": False}


def _config(call: Call) -> Any:
    known = {
        "externalDomain": call.library.external_domain,
        "isInitialized": True,
        "isOnboarded": True,
        "loginPageMessage": "",
        "maintenanceMode": False,
        "mapDarkStyleUrl": "https://tiles.immich.cloud/v1/style/dark.json",
        "mapLightStyleUrl": "https://tiles.immich.cloud/v1/style/light.json",
        "oauthButtonText": "Login with OAuth",
        "publicUsers": True,
        "trashDays": 30,
        "userDeleteDelay": 7,
    }
    return known if call.old else known | {"minFaces": 3}


def _buckets(call: Call) -> Any:
    """Count photos by month; the archive shows to nobody but its owner."""
    user = call.query["userId"]
    assert call.query.get("visibility") == "archive", "this server counts the archive alone"
    if user not in (call.by.id, *call.by.partners):
        raise missing("timeline.read")
    if user != call.by.id:
        raise missing("archive.read")
    mine = (one for one in call.library.assets.values() if one.owner == user)
    months = Counter(f"{one.taken[:7]}-01" for one in mine if one.visibility == "archive")
    return [{"timeBucket": month, "count": count} for month, count in sorted(months.items())]


HANDLERS: dict[tuple[str, str], Handler] = {
    ("get", "/server/version"): _version,
    ("get", "/server/about"): _about,
    ("get", "/server/features"): _features,
    ("get", "/server/config"): _config,
    ("get", "/users/me"): lambda call: call.by.own(call.library.clock),
    ("get", "/users/me/preferences"): lambda call: call.by.preferences(old=call.old),
    ("get", "/timeline/buckets"): _buckets,
    ("get", "/api-keys/me"): lambda call: call.by.key_shown(call.library.clock),
}
