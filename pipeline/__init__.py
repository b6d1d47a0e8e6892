"""Polyvox: what customers wrote, in Welsh, German, Vietnamese, Tagalog and Arabic, and what the numbers support."""

__version__ = "0.1.0"
