"""User and password go over TLS alone, and to nobody whose certificate is not trusted."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.carrier import Carrier
from alerts.config import AlertsConfig
from news.messages import Delivered, NotDelivered
from tests.alerts.alert_samples import MESSAGE
from tests.alerts.conftest import LOOPBACK
from tests.alerts.receivers import MailBox, mail_server


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


async def deliver(box: MailBox, certificate: Path, logins: list[tuple[bytes, bytes]]):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def login(server, session, envelope, mechanism, data) -> AuthResult:
        logins.append((data.login, data.password))
        return AuthResult(success=True)

    async with mail_server(box, tls_context=context, authenticator=login, auth_required=True) as port:
        url = f"smtp://me:p%40ss@127.0.0.1:{port}/?from=me@own.example&to=bob@reader.example"
        async with Carrier(AlertsConfig(allow_networks=LOOPBACK)) as carrier:
            return await carrier.carry(url, MESSAGE)


async def test_a_login_goes_to_a_trusted_server_over_tls(
    box: MailBox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    logins: list[tuple[bytes, bytes]] = []
    assert await deliver(box, certificate, logins) == Delivered()
    assert logins == [(b"me", b"p@ss")]
    assert len(box.mails) == 1


async def test_nothing_goes_to_a_server_that_is_not_trusted(box: MailBox, certificate: Path) -> None:
    logins: list[tuple[bytes, bytes]] = []
    outcome = await deliver(box, certificate, logins)
    assert isinstance(outcome, NotDelivered)
    assert "p@ss" not in outcome.reason
    assert (logins, box.mails) == ([], [])
