"""What we call in `cryptography` gives the published answers, and refuses what it must."""

from __future__ import annotations

import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from coffre_cli.crypto.keypair import SigningKey, is_signed_by
from coffre_cli.crypto.secret import Secret

# RFC 5869, appendix A.1 to A.3 (SHA-256): input, salt, info, pseudorandom key, output.
HKDF_CASES = {
    "A.1": (
        b"\x0b" * 22,
        bytes(range(13)),
        bytes(range(0xF0, 0xFA)),
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    "A.2": (
        bytes(range(0x50)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        (
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
    ),
    "A.3": (
        b"\x0b" * 22,
        b"",
        b"",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
}
# RFC 8032, section 7.1, tests 1 to 3: seed, public key, message, signature.
ED25519_CASES = {
    "1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}
# The GCM specification submitted to NIST, test cases 13 to 15: key, nonce, plaintext, ciphertext, tag.
GCM_CASES = {
    "13": ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    "14": (
        "00" * 32,
        "00" * 12,
        "00" * 16,
        "cea7403d4d606b6e074ec5d3baf39d18",
        "d0d1c8a799996bf0265b98b5d48ab919",
    ),
    "15": (
        "feffe9928665731c6d6a8f9467308308" * 2,
        "cafebabefacedbaddecaf888",
        (
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
        ),
        (
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
        ),
        "b094dac5d93471bdec1a502270e3cc6c",
    ),
}
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize("case", HKDF_CASES)
def test_hkdf_answers_as_rfc_5869_says(case: str) -> None:
    secret, salt, info, pseudorandom, output = HKDF_CASES[case]
    size = len(output) // 2
    assert hmac.digest(salt, secret, "sha256").hex() == pseudorandom
    assert HKDFExpand(SHA256(), size, info).derive(bytes.fromhex(pseudorandom)).hex() == output
    assert HKDF(SHA256(), size, salt, info).derive(secret).hex() == output


@pytest.mark.parametrize("size", [1, 32, 63, 64, 65, 76, 128, 255 * 64])
def test_hkdf_expand_over_sha_512_is_the_chain_of_section_2_3(size: int) -> None:
    key, info, output, block = b"k" * 32, b"info", b"", b""
    for counter in range(1, -(-size // 64) + 1):
        block = hmac.digest(key, block + info + bytes([counter]), "sha512")
        output += block
    assert HKDFExpand(SHA512(), size, info).derive(key) == output[:size]


def test_hkdf_gives_no_more_than_255_blocks() -> None:
    with pytest.raises(ValueError, match="larger"):
        HKDFExpand(SHA512(), 255 * 64 + 1, b"")


@pytest.mark.parametrize("case", ED25519_CASES)
def test_ed25519_signs_and_verifies_as_rfc_8032_says(case: str) -> None:
    seed, public, message, signature = map(bytes.fromhex, ED25519_CASES[case])
    key = SigningKey(Secret(seed))
    assert (key.public, key.sign(message)) == (public, signature)
    assert is_signed_by(public, signature, message)


def test_no_bit_of_a_signature_can_change() -> None:
    _, public, message, signature = map(bytes.fromhex, ED25519_CASES["3"])
    for bit in range(512):
        changed = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
        assert not is_signed_by(public, changed, message)


def test_a_signature_has_one_form_only() -> None:
    _, public, message, signature = map(bytes.fromhex, ED25519_CASES["3"])
    scalar = int.from_bytes(signature[32:], "little")
    malleable = signature[:32] + (scalar + GROUP_ORDER).to_bytes(32, "little")
    assert not is_signed_by(public, malleable, message)


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_what_is_no_signature_verifies_nothing(signature: bytes) -> None:
    _, public, message, _ = map(bytes.fromhex, ED25519_CASES["2"])
    assert not is_signed_by(public, signature, message)


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33), b"\xff" * 32])
def test_what_is_no_public_key_verifies_nothing(public: bytes) -> None:
    _, _, message, signature = map(bytes.fromhex, ED25519_CASES["2"])
    assert not is_signed_by(public, signature, message)


def test_argon2id_answers_as_rfc_9106_says() -> None:
    derivation = Argon2id(
        salt=b"\x02" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\x04" * 12, secret=b"\x03" * 8
    )
    expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert derivation.derive(b"\x01" * 32).hex() == expected


@pytest.mark.parametrize("case", GCM_CASES)
def test_aes_256_gcm_answers_as_its_specification_says(case: str) -> None:
    key, nonce, plaintext, ciphertext, tag = map(bytes.fromhex, GCM_CASES[case])
    assert AESGCM(key).encrypt(nonce, plaintext, None) == ciphertext + tag
    assert AESGCM(key).decrypt(nonce, ciphertext + tag, None) == plaintext


@pytest.mark.parametrize(
    "tag",
    [
        *((1 << bit ^ 0xB094DAC5D93471BDEC1A502270E3CC6C).to_bytes(16, "big") for bit in range(0, 128, 7)),
        bytes(16),
        b"\xff" * 16,
        bytes.fromhex("b094dac5d93471bdec1a502270e3cc"),
        b"",
    ],
    ids=lambda tag: f"tag-{tag.hex()}",
)
def test_aes_256_gcm_refuses_any_other_tag(tag: bytes) -> None:
    key, nonce, _, ciphertext, _ = map(bytes.fromhex, GCM_CASES["15"])
    with pytest.raises(InvalidTag):
        AESGCM(key).decrypt(nonce, ciphertext + tag, None)
    with pytest.raises(InvalidTag):
        AESGCM(key).decrypt_into(nonce, ciphertext + tag.ljust(16, b"\0"), None, bytearray(len(ciphertext)))
