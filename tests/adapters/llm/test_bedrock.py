"""Amazon Bedrock: regions, credentials, and what it calls things."""

from __future__ import annotations

import json
import ssl
import traceback
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.adapters.loopback import Response

from tagwright.errors import ConfigurationError, TaggerSetupError
from tagwright.model import Facts, Rendition
from tagwright_adapters.llm import factory
from tagwright_adapters.llm.target import make_target

from . import bedrock_service
from .conftest import Make, context
from .replies import answer
from .server import KEY, ModelServer

SPEC = "bedrock:eu.anthropic.claude-haiku-4-5-20251001-v1:0"
SAID = Response(bedrock_service.said({"text": json.dumps(answer())}))


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials of AWS anywhere."""
    for name in ("PROFILE", "SESSION_TOKEN", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.mark.parametrize(
    ("secrets", "options", "host"),
    [
        ({}, {"region": "eu-central-1"}, "bedrock-runtime.eu-central-1.amazonaws.com"),
        ({"AWS_REGION": "us-east-1"}, {}, "bedrock-runtime.us-east-1.amazonaws.com"),
        (
            {"AWS_DEFAULT_REGION": "us-east-1"},
            {"region": "eu-west-1"},
            "bedrock-runtime.eu-west-1.amazonaws.com",
        ),
    ],
)
def test_region_is_part_of_the_address(
    secrets: dict[str, str], options: dict[str, Any], host: str
) -> None:
    """The option counts before the environment; pictures leave the machine for there."""
    target = make_target(context(SPEC, secrets=secrets, **options))
    assert target.host == host
    assert target.leaves_machine
    assert not target.free


@pytest.mark.parametrize("options", [{}, {"region": "https://evil.example/"}])
def test_region_must_be_one(options: dict[str, Any]) -> None:
    """Nothing is guessed about where pictures go."""
    with pytest.raises(ConfigurationError, match="region"):
        factory.create(context(SPEC, secrets={}, **options))


def test_another_region_asks_nothing_anew() -> None:
    """The model is the same wherever it runs."""
    one, other = (
        factory.create(context(SPEC, secrets={}, region=region)).recipe
        for region in ("eu-west-1", "us-east-1")
    )
    assert one == other


async def test_no_credentials(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, nothing: None
) -> None:
    """Nothing is sent, and it is said where they are looked for."""
    with pytest.raises(TaggerSetupError, match="AWS_BEARER_TOKEN_BEDROCK"):
        await tagger(SPEC, base_url=server.url, region=bedrock_service.REGION, secrets={}).observe(
            rendition, facts
        )
    assert server.received == []


async def test_token_in_place_of_signatures(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    nothing: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A key of Bedrock's own, from the environment or a file, is enough."""
    server.secure(_certify(tmp_path / "certificate.pem"))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    server.plays(SAID)
    url = server.url.replace("http:", "https:")
    secrets = {"AWS_BEARER_TOKEN_BEDROCK": KEY}
    made = tagger(SPEC, base_url=url, region=bedrock_service.REGION, secrets=secrets)
    assert len((await made.observe(rendition, facts)).observations) == 3
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


async def test_token_is_not_sent_in_the_clear(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, nothing: None
) -> None:
    """Unlike a signature, whoever reads it may use it."""
    secrets = {"AWS_BEARER_TOKEN_BEDROCK": KEY}
    made = tagger(SPEC, base_url=server.url, region=bedrock_service.REGION, secrets=secrets)
    with pytest.raises(TaggerSetupError, match="https"):
        await made.observe(rendition, facts)
    assert server.received == []


async def test_credentials_are_never_shown(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    nothing: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """AWS repeats what was signed when a signature is wrong, session token and all."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", bedrock_service.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", bedrock_service.SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-token-0123456789")
    told = {"message": "The canonical string was x-amz-security-token:session-token-0123456789"}
    server.plays(Response(told, 403, {"x-amzn-ErrorType": "InvalidSignatureException"}))
    made = tagger(SPEC, base_url=server.url, region=bedrock_service.REGION, secrets={})
    with pytest.raises(TaggerSetupError, match="AWS credentials") as caught:
        await made.observe(rendition, facts)
    shown = "".join(traceback.format_exception(caught.value))
    assert "session-token" not in shown
    assert bedrock_service.SECRET not in shown
    server.faults.clear()  # signed with a session token, which the check does not know


async def test_models_without_schemas_are_given_a_tool(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    nothing: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nova has no structured output; the form of the answer is a tool's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", bedrock_service.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", bedrock_service.SECRET)
    tool = {"toolUse": {"toolUseId": "t1", "name": "photo", "input": answer()}}
    server.plays(Response(bedrock_service.said(tool, stop="tool_use")))
    spec = "bedrock:eu.amazon.nova-lite-v1:0"
    made = tagger(spec, base_url=server.url, region=bedrock_service.REGION, secrets={})
    assert len((await made.observe(rendition, facts)).observations) == 3
    assert "toolConfig" in server.received[0].body


def _certify(path: Path) -> ssl.SSLContext:
    """Write a certificate for loopback with its key, and return what serves with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    address = x509.IPAddress(ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
