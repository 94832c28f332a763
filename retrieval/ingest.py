"""Shop records become documents, by way of llama-index nodes.

Only products, policies and FAQ entries: nothing about a person is indexed. Prices and stock
are left out too, they are read live. llama-index takes seconds to import, so it is imported
when documents are made and never on the way of a query; it is given our own tokenizer and
sentence splitter, since its defaults would fetch files from the network.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.analyse import fold, terms
from tradewind.base import digest
from tradewind.commerce import Faq, Policy, Product, Variant
from tradewind.ports.search import Document

if TYPE_CHECKING:
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.schema import BaseNode
    from llama_index.core.schema import Document as Source

SECTION_TERMS = 180
"""A policy section's length: about what a small embedder reads at once."""
OVERLAP_TERMS = 20

_BETWEEN = "\n"
_OF_SECTIONS = ("section", "header_path")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n+")
_HEADING = re.compile(r"^#{1,6}\s+(.*)\n?")
_NOT_SLUG = re.compile(r"[\W_]+")


def documents_of(
    products: Iterable[Product] = (),
    policies: Iterable[Policy] = (),
    faqs: Iterable[Faq] = (),
) -> tuple[Document, ...]:
    """One document per product and FAQ entry, one per section of a policy, with stable ids."""
    whole = [*map(_of_product, products), *map(_of_faq, faqs)]
    nodes = [*whole, *_sections([_of_policy(policy) for policy in policies])]
    return tuple(_document(node) for node in nodes)


def _of_product(product: Product) -> "Source":
    codes = [code for variant in product.variants for code in (variant.sku, variant.barcode)]
    facts = {"Type": product.type, "Brand": product.vendor, "Tags": ", ".join(product.tags)}
    facts |= product.attributes | _options(product.variants)
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    skus = " ".join(variant.sku for variant in product.variants if variant.sku)
    lines += [f"SKU: {skus}"] * bool(skus) + [product.description] * bool(product.description)
    return _source(
        f"product/{product.id}",
        "\n".join(lines),
        kind="product",
        title=product.title,
        language=product.language,
        market="",
        codes="\n".join(dict.fromkeys(code for code in codes if code)),
    )


def _options(variants: Sequence[Variant]) -> dict[str, str]:
    """Each option with its values in order of first mention: {"Size": "S, M, L"}."""
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return {name: ", ".join(found) for name, found in values.items()}


def _of_faq(faq: Faq) -> "Source":
    return _source(
        f"faq/{faq.id}",
        faq.answer,
        kind="faq",
        title=faq.question,
        language=faq.language,
        market=faq.market,
    )


def _of_policy(policy: Policy) -> "Source":
    return _source(
        f"policy/{policy.id}",
        policy.text,
        kind="policy",
        title=policy.title,
        language=policy.language,
        market=policy.market,
        topic=policy.topic,
        version=policy.version,
    )


def _source(source: str, text: str, **metadata: str) -> "Source":
    from llama_index.core.schema import Document as Source

    facts = {"source": source, **metadata}
    hidden = [*facts, *_OF_SECTIONS]  # or the splitter would count them as text
    return Source(
        id_=source,
        text=text,
        metadata=facts,
        excluded_embed_metadata_keys=hidden,
        excluded_llm_metadata_keys=hidden,
    )


def _sections(policies: Sequence["Source"]) -> list["BaseNode"]:
    """Split by Markdown headings, then at sentences under SECTION_TERMS; ids from headings."""
    from llama_index.core.ingestion import run_transformations
    from llama_index.core.node_parser import MarkdownNodeParser

    headings = MarkdownNodeParser(include_prev_next_rel=False, header_path_separator=_BETWEEN)
    sections = run_transformations(policies, [headings])
    for section in sections:
        _name_section(section)
    sections = [section for section in sections if section.get_content().strip()]
    nodes = [*_splitter()(sections)]
    used: dict[str, int] = {}
    for node in nodes:
        name = str(node.metadata["section"])
        used[name] = used.get(name, 0) + 1
        node.id_ = name if used[name] == 1 else f"{name}-{used[name]}"
    return nodes


def _name_section(section: "BaseNode") -> None:
    """Take the heading out of the text into the title and into the section's id."""
    metadata = section.metadata
    text = section.get_content()
    found = _HEADING.match(text)
    above = [part for part in str(metadata.pop("header_path", "")).split(_BETWEEN) if part]
    path = [*above, found[1].strip()] if found else above
    title = str(metadata["title"])
    metadata["title"] = " › ".join(dict.fromkeys([title, *path]))
    slug = "/".join(_NOT_SLUG.sub("-", fold(part)).strip("-") for part in path)
    metadata["section"] = f"{metadata['source']}#{slug}" if slug else str(metadata["source"])
    section.set_content(text[found.end() :].strip() if found else text.strip())


def _splitter() -> "SentenceSplitter":
    from llama_index.core.node_parser import SentenceSplitter

    return SentenceSplitter(
        chunk_size=SECTION_TERMS,
        chunk_overlap=OVERLAP_TERMS,
        tokenizer=terms,
        chunking_tokenizer_fn=_sentences,
        include_prev_next_rel=False,
    )


def _sentences(text: str) -> list[str]:
    """The sentences with what follows them: joined they are the text again."""
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(ends) if a < b]


def _document(node: "BaseNode") -> Document:
    metadata = {name: str(value) for name, value in node.metadata.items()}
    known = {name: metadata.pop(name) for name in ("kind", "source", "title", "language", "market")}
    metadata.pop("section", None)
    text = node.get_content()
    return Document.model_validate(
        {
            "id": node.node_id,
            "text": text,
            "metadata": metadata,
            "digest": digest([node.node_id, text, known, metadata]),
            **known,
        }
    )
