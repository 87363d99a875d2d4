"""The reader: what a text claims, where, how surely, and which words say so."""

from alerter.domain.news.reading import read

__all__ = ["read"]
