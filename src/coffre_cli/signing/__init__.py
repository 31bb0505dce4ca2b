"""The signing room: identities, PAdES signatures, and the verdict on signed PDFs. Pure library: no vault, no terminal.

Vocabulary: an *identity* is a certificate and its key, of a person (who signs) or an organisation (which seals); a
*root* issues the identities of one vault; a *pen* is an identity ready to sign a batch; a *version* is the file as it
was when one signature was made; a *change* is what came after it; *trust* is the set of roots that are believed.

What to call:

- `certificates.make_root(vault_name, now=, random=) -> LocalRoot`; `certificates.make_identity(PersonRequest(…) |
  OrganisationRequest(…), root, now=, random=) -> Identity`; `certificates.renewed(identity, root, now=, random=)`;
  `certificates.split_name("Alice Martin")`; `siren.checked_siren(text)`.
- `pkcs12.import_pkcs12(path, password, now=) -> Identity`; `pkcs12.export_pkcs12(identity, password) -> bytes`.
- `token.found_modules(path) -> Iterator[FoundModule]`; `token.identity_on_token(Wanted(key_id, …), now=) -> Identity`,
  whose key stays on its card or USB token: `Pen(identity, request, ask_pin)` asks its PIN once.
- `Identity.to_mapping()` / `Identity.from_mapping(…)`, the same for `LocalRoot`: JSON-able bodies, to be sealed.
- `pades.sign_pdf(source, target, identity, request.SigningRequest(now, …)) -> SignedPdf`; for a batch, `with
  pades.Pen(identity, request) as pen:` then `pen.sign(source, target)` or, quicker, `pen.sign_each(pairs)`, which gives
  a `SignedPdf` or a `CoffreError` for each pair, in order, once its file is safe.
- `timestamp.http_authority(url)` goes into the request: one for a whole batch. `SigningRequest.visible` is a `Box`, an
  `Anchor`, a `FreeSpace` or None; `trust` and `fetch` serve the levels that embed validation data.
- `pades.extend_pdf(source, target, extension.Means(now, trust, fetch, authority)) -> Verification`; prolong before
  `Verification.protected_until`.
- `validation.verify_pdf(path, trust_roots.Trust(own=…, imported=…), …) -> verdict.Verification`, in this process; files
  from outside go to `limited.verify_each(paths, trust, now=)`, which gives one verdict for each in a limited worker.
- `validation.verify_at_a_glance(path)`: the verdict on what carries no signature, without any library, else None.
- `inspect.count_signatures(path)`, without any library; `already.is_signed_by(path, identity)`, to take up a batch.
- `trustlist.read_trusted_list(path)`: the services that a trusted list of the European Union grants; their certificates
  may be put among the imported roots.
- `limited.write_differences(path, verification, directory)`, `versions.extract_version(path, signature, target)`.

Rules: signed bytes are never rewritten, only appended to; a signature is verified before it is declared made; a file
appears whole or not at all; unknown is indeterminate, never passed; clock and randomness are arguments. Importing
`validation`, `request`, `trust_roots`, `verdict`, `identity`, `inspect` or `errors` loads no PDF library.
"""
