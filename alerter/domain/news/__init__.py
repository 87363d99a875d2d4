"""The reader: what a text claims, where, how surely, and which words say so."""

from alerter.domain.news.claims import NearMiss
from alerter.domain.news.placing import Assertion, Reading
from alerter.domain.news.reading import read, understand

__all__ = ["Assertion", "NearMiss", "Reading", "read", "understand"]
