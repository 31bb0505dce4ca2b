"""The signing room: identities, PAdES signatures, and the verdict on signed PDFs. Pure library: no vault, no terminal.

Vocabulary: an *identity* is a certificate and its key, of a person (who signs) or an organisation (which seals); a
*root* issues the identities of one vault; a *pen* is an identity ready to sign a batch; a *version* is the file as it
was when one signature was made; a *change* is what came after it; *trust* is the set of roots that are believed.

What to call:

- `certificates.make_root(vault_name, now=, random=) -> LocalRoot`; `certificates.make_identity(PersonRequest(…) |
  OrganisationRequest(…), root, now=, random=) -> Identity`; `certificates.renewed(identity, root, now=, random=)`;
  `certificates.split_name("Alice Martin")`; `siren.checked_siren(text)`.
- `pkcs12.import_pkcs12(path, password, now=) -> Identity`; `pkcs12.export_pkcs12(identity, password) -> bytes`.
- `Identity.to_mapping()` / `Identity.from_mapping(…)`, the same for `LocalRoot`: JSON-able bodies, to be sealed.
- `pades.sign_pdf(source, target, identity, request.SigningRequest(now, …)) -> SignedPdf`; for a batch,
  `with pades.Pen(identity, request) as pen: pen.sign(source, target)`; `pades.extend_pdf(source, target, …)`.
- `validation.verify_pdf(path, trust_roots.Trust(own=…, imported=…), …) -> verdict.Verification`.

Rules: signed bytes are never rewritten, only appended to; a signature is verified before it is declared made; a file
appears whole or not at all; unknown is indeterminate, never passed; clock and randomness are arguments. Importing
`validation`, `request`, `trust_roots`, `verdict`, `identity`, `inspect` or `errors` loads no PDF library.
"""
