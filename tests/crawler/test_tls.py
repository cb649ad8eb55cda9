"""TLS is verified, always: who cannot prove their name gets no request."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hostile_server import PAGE, HostileServer, answer

from crawler.doors import Door
from crawler.fetcher import Fetcher
from news.model import FailureKind, FetchFailure, Page

NAME = "outlet.example"
DAY = timedelta(days=1)


def certificate(
    folder: Path, name: str, *, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None, until: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey, Path]:
    """Make a certificate and its key; return both and the file that holds them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer[0].subject if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 30 * DAY)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    made = builder.sign(issuer[1] if issuer else key, hashes.SHA256())
    file = folder / f"{name}-{until:%Y}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made, key, file


@asynccontextmanager
async def serving(file: Path, asked: list[bytes]) -> AsyncIterator[int]:
    """Serve pages over TLS with this certificate; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer())
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.1.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """An authority that this system trusts."""
    made, key, _ = certificate(tmp_path, "authority.example", issuer=None, until=datetime.now(UTC) + 20 * DAY)
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return made, key


Authority = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


async def test_a_certificate_that_proves_the_name_is_trusted(
    authority: Authority, open_fetcher: Callable[..., Fetcher], tmp_path: Path
) -> None:
    *_, file = certificate(tmp_path, NAME, issuer=authority, until=datetime.now(UTC) + 10 * DAY)
    async with serving(file, []) as port, open_fetcher(resolve=((NAME, "127.0.1.1"),)) as fetcher:
        for _ in range(2):
            page = await fetcher.fetch(f"https://{NAME}:{port}/", Door.PAGE)
            assert isinstance(page, Page)
            assert page.body == PAGE


@pytest.mark.parametrize("fault", ["expired", "other name", "self-signed"])
async def test_a_certificate_that_does_not_is_refused(
    authority: Authority, open_fetcher: Callable[..., Fetcher], tmp_path: Path, fault: str
) -> None:
    until = datetime.now(UTC) + (-DAY if fault == "expired" else 10 * DAY)
    name = "other.example" if fault == "other name" else NAME
    *_, file = certificate(tmp_path, name, issuer=None if fault == "self-signed" else authority, until=until)
    asked: list[bytes] = []
    async with serving(file, asked) as port, open_fetcher(resolve=((NAME, "127.0.1.1"),)) as fetcher:
        found = await fetcher.fetch(f"https://{NAME}:{port}/", Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.TLS
    assert {"expired": "expired", "other name": "mismatch", "self-signed": "self-signed"}[fault] in found.reason
    assert asked == []


async def test_plain_http_on_a_tls_port_and_the_reverse_are_failures(
    authority: Authority, open_fetcher: Callable[..., Fetcher], tmp_path: Path
) -> None:
    *_, file = certificate(tmp_path, NAME, issuer=authority, until=datetime.now(UTC) + 10 * DAY)
    async with (
        serving(file, []) as port,
        HostileServer(addresses=("127.0.1.1",)) as outlet,
        open_fetcher(resolve=((NAME, "127.0.1.1"),), timeout_s=3.0) as fetcher,
    ):
        plain = await fetcher.fetch(f"http://{NAME}:{port}/", Door.PAGE)
        sealed = await fetcher.fetch(f"https://{NAME}:{outlet.port}/", Door.PAGE)
    assert isinstance(plain, FetchFailure)
    assert isinstance(sealed, FetchFailure)
    assert sealed.kind in (FailureKind.TLS, FailureKind.CONNECT, FailureKind.TIMEOUT)
