"""A public-key infrastructure on loopback: authority, OCSP, CRL and timestamps, by certomancer.

Certificates name the loopback addresses where their revocations are published.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from asn1crypto import ocsp, tsp
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, PKIArchitecture
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ARCHITECTURE = "bureau"
_KEYS = ("root", "interm", "claire", "paul", "tsa", "ocsp")
_CONFIGURATION = """
external-url-prefix: "{address}"
keysets:
  keys:
    path-prefix: "."
    keys: {{{keys}}}
pki-architectures:
  bureau:
    keyset: keys
    entity-defaults: {{country-name: FR, organization-name: Bureau}}
    entities:
      root: {{common-name: "Racine d'essai"}}
      interm: {{common-name: "Autorité d'essai"}}
      claire: {{common-name: Claire Durand, given-name: Claire, surname: Durand}}
      paul: {{common-name: Paul Petit, given-name: Paul, surname: Petit}}
      tsa: {{common-name: "Horodatage d'essai"}}
      ocsp: {{common-name: "Répondeur d'essai"}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca}}]
      interm:
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2045-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca, params: {{crl-repo: root, max-path-len: 0}}}}]
      claire: &leaf
        issuer: interm
        validity: {{valid-from: "2021-01-01T00:00:00+0000", valid-to: "2040-01-01T00:00:00+0000"}}
        extensions:
          - id: key_usage
            critical: true
            smart-value: {{schema: key-usage, params: [digital_signature, non_repudiation]}}
          - id: authority_information_access
            smart-value: {{schema: aia-urls, params: {{ocsp-responder-names: [ocsp]}}}}
          - {{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [interm]}}}}}}
      paul:
        <<: *leaf
        revocation: {{revoked-since: "2024-01-01T00:00:00+0000", reason: key_compromise}}
      tsa:
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2044-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
          - {{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [root]}}}}}}
      ocsp:
        issuer: interm
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2044-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, value: [ocsp_signing]}}
          - {{id: ocsp_no_check}}
    services:
      ocsp: {{ocsp: {{for-issuer: interm, responder-cert: ocsp, signing-key: ocsp}}}}
      crl-repo:
        root: {{for-issuer: root, signing-key: root, simulated-update-schedule: P30D}}
        interm: {{for-issuer: interm, signing-key: interm, simulated-update-schedule: P30D}}
      time-stamping: {{tsa: {{signing-key: tsa, signing-cert: tsa}}}}
"""


@dataclass(frozen=True)
class Pki:
    """Authorities at work."""

    architecture: PKIArchitecture
    address: str

    @property
    def root(self) -> bytes:
        """Return the root, DER."""
        return self.certificate("root")

    @property
    def tsa_url(self) -> str:
        """Return where timestamps are given."""
        return f"{self.address}/{ARCHITECTURE}/tsa/tsa"

    def certificate(self, label: str) -> bytes:
        """Return a certificate, DER."""
        return bytes(self.architecture.get_cert(CertLabel(label)).dump())

    def key(self, label: str) -> bytes:
        """Return a private key, PKCS#8 DER."""
        return bytes(self.architecture.key_set.get_private_key(KeyLabel(label)).dump())


@contextmanager
def serving(directory: Path) -> Iterator[Pki]:
    """Serve the infrastructure on a free loopback port; its keys are made in *directory*."""
    for label in _KEYS:
        (directory / f"{label}.pem").write_bytes(_new_key())
    server = WSGIServer(("127.0.0.1", 0), _Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    keys = ", ".join(f"{label}: {{path: {label}.pem}}" for label in _KEYS)
    configuration = CertomancerConfig.from_yaml(
        _CONFIGURATION.format(address=address, keys=keys), key_search_dir=str(directory)
    )
    architecture = configuration.get_pki_arch(ArchLabel(ARCHITECTURE))
    server.set_app(_Desk(architecture, address))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Pki(architecture, address)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Desk:
    """Answers at the addresses that the certificates name."""

    def __init__(self, architecture: PKIArchitecture, address: str) -> None:
        self._services = architecture.service_registry
        responders = self._services.list_ocsp_responders()
        authorities = self._services.list_time_stamping_services()
        lists = self._services.list_crl_repos()
        self._ocsp = {info.url.removeprefix(address): info.label for info in responders}
        self._tsa = {info.url.removeprefix(address): info.label for info in authorities}
        self._crl = {info.latest_external_url.removeprefix(address): info.label for info in lists}

    def __call__(self, environment: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        path = environment["PATH_INFO"]
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        kind, answer = self._answer(path, body)
        start("200 OK" if answer else "404 Not Found", [("Content-Type", kind), ("Content-Length", str(len(answer)))])
        return [answer]

    def _answer(self, path: str, body: bytes) -> tuple[str, bytes]:
        now = datetime.now(UTC)
        if path in self._ocsp:
            responder = self._services.summon_responder(self._ocsp[path], now)
            return "application/ocsp-response", responder.build_ocsp_response(ocsp.OCSPRequest.load(body)).dump()
        if path in self._tsa:
            authority = self._services.summon_timestamper(self._tsa[path], now)
            reply = authority.request_tsa_response(tsp.TimeStampReq.load(body))
            return "application/timestamp-reply", reply.dump()
        if path in self._crl:
            return "application/pkix-crl", self._services.get_crl(self._crl[path], now).dump()
        return "text/plain", b""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
