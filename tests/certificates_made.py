"""A certificate that nobody vouches for, made when it is asked for; it asserts nothing."""

from __future__ import annotations

import ssl
import subprocess
import tempfile
from pathlib import Path

COMMAND = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=made"
_HERE = "IP:127.0.0.1"


def make_own_tls(name: str = _HERE, certificate: Path | None = None) -> ssl.SSLContext:
    """For a server on 127.0.0.1, or of a name such as `DNS:api.example`; whoever is to trust it is given the file."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key.pem"), certificate or Path(folder, "certificate.pem")
        words = [*COMMAND.split(), "-addext", f"subjectAltName={name}"]
        subprocess.run(
            [*words, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    return context
