"""Reads SBOMs: CycloneDX (JSON, XML) and SPDX (JSON, XML, YAML, tag-value).

Components without a package URL are not packages of an ecosystem and are left out. Signatures and
hashes are not verified. XML with a document type is refused: it may expand without limit.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from sourcing.core.errors import ConfigError
from sourcing.discovery.links import GIT, vcs_address
from sourcing.discovery.package import Contents, Package, unique


def read(path: Path) -> Contents:
    """Packages of the SBOM; direct are those that its main component depends on."""
    text = path.read_text(encoding="utf-8-sig")
    if "<!DOCTYPE" in text:
        raise ConfigError(f"{path}: an SBOM with a document type is refused")
    if '"bomFormat"' in text or "cyclonedx.org/schema/bom" in text:
        return Contents(unique(_cyclonedx(text)))
    return Contents(unique(_spdx(path)))


def _cyclonedx(text: str) -> Iterator[Package]:
    from cyclonedx.model import ExternalReferenceType  # noqa: PLC0415 - slow to import
    from cyclonedx.model.bom import Bom  # noqa: PLC0415 - slow to import
    from cyclonedx.model.component import Component  # noqa: PLC0415 - slow to import

    if text.lstrip().startswith("{"):
        bom = Bom.from_json(json.loads(text))  # type: ignore[attr-defined] # added by a decorator
    else:
        # A decorator adds the method; a document type is refused before.
        bom = Bom.from_xml(ElementTree.fromstring(text))  # type: ignore[attr-defined]  # noqa: S314  # nosec B314
    main = bom.metadata.component.bom_ref if bom.metadata.component else None
    graph = {d.ref: {one.ref for one in d.dependencies} for d in bom.dependencies}
    direct = graph.get(main) if main else None

    def walk(components: Iterable[Component]) -> Iterator[Component]:
        for component in components:
            yield component
            yield from walk(component.components)

    for component in walk(bom.components):
        if component.purl is None:
            continue
        places = (r.url.uri for r in component.external_references
                  if r.type is ExternalReferenceType.VCS)  # fmt: skip
        known = None if direct is None else component.bom_ref in direct
        place = next((f"{GIT}+{uri}" for uri in places), "")
        yield _package(component.purl, component.version, known, place)


def _spdx(path: Path) -> Iterator[Package]:
    from spdx_tools.spdx.model.relationship import RelationshipType as Kind  # noqa: PLC0415 - slow
    from spdx_tools.spdx.parser.parse_anything import parse_file  # noqa: PLC0415 - slow to import

    logging.getLogger("spdx_tools").setLevel(logging.CRITICAL)
    document = parse_file(str(path))
    links = [(r.spdx_element_id, r.relationship_type, r.related_spdx_element_id)
             for r in document.relationships]  # fmt: skip
    roots = {to for of, kind, to in links if kind is Kind.DESCRIBES and of == "SPDXRef-DOCUMENT"}
    direct = {str(to) for of, kind, to in links if kind is Kind.DEPENDS_ON and of in roots}
    direct |= {of for of, kind, to in links if kind is Kind.DEPENDENCY_OF and to in roots}
    for package in document.packages:
        if package.spdx_id in roots and direct:
            continue
        for reference in package.external_references:
            if reference.reference_type == "purl":
                known = package.spdx_id in direct if direct else None
                purl = PackageURL.from_string(reference.locator)
                yield _package(purl, package.version, known, str(package.download_location or ""))
                break


def _package(purl: PackageURL, version: str | None, direct: bool | None, place: str) -> Package:
    name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
    if purl.type == "pypi":
        name = canonicalize_name(name)
    qualifiers = purl.qualifiers if isinstance(purl.qualifiers, dict) else {}
    address = vcs_address(place) or vcs_address(str(qualifiers.get("vcs_url", "")))
    return Package(purl.type, name, purl.version or version or None, direct, address)
