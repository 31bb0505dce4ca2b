"""Office files made here, as small as the formats allow."""

from __future__ import annotations

import io
import zipfile

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(text: str, prolog: str = "", /, **more: bytes) -> bytes:
    """Return a letter that says *text*, with *prolog* before its XML and *more* members by name."""
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", body)
        for name, data in more.items():
            package.writestr(name, data)
    return output.getvalue()


def odt(text: str, /, listeners: str = "", **more: str) -> bytes:
    """Return an OpenDocument text that says *text*, with *listeners* to its events and *more* members by name."""
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
        "dom": "http://www.w3.org/2001/xml-events",
    }
    named = " ".join(f'xmlns:{name}="{address}"' for name, address in spaces.items())
    body = f"<office:body><office:text><text:p>{text}</text:p></office:text></office:body>"
    members = {
        "content.xml": f'<?xml version="1.0"?><office:document-content {named} office:version="1.2">{listeners}{body}'
        "</office:document-content>",
        **more,
    }
    entries = "".join(f'<m:file-entry m:full-path="{name}" m:media-type="text/xml"/>' for name in members)
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
        f'<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>{entries}</m:manifest>'
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        for name, data in {**members, "META-INF/manifest.xml": manifest}.items():
            package.writestr(name, data)
    return output.getvalue()


def odt_with_macro() -> bytes:
    """Return a text whose macro replaces its words as soon as it is opened."""
    library = 'xmlns:library="http://openoffice.org/2000/library"'
    address = "vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"
    listener = f'script:language="ooo:script" script:event-name="dom:load" xlink:href="{address}" xlink:type="simple"'
    return odt(
        "intact",
        "<office:scripts><office:event-listeners>"
        f"<script:event-listener {listener}/></office:event-listeners></office:scripts>",
        **{
            "Basic/script-lc.xml": f"<library:libraries {library}>"
            '<library:library library:name="Standard" library:link="false"/></library:libraries>',
            "Basic/Standard/script-lb.xml": f'<library:library {library} library:name="Standard" '
            'library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/>'
            "</library:library>",
            "Basic/Standard/Module1.xml": '<script:module xmlns:script="http://openoffice.org/2000/script" '
            'script:name="Module1" script:language="StarBasic">Sub Main\n ThisComponent.Text.String = "perdu"\nEnd Sub'
            "</script:module>",
        },
    )
