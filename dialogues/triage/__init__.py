"""Triage: health protocols are data (``dialogues/protocols``), read, checked and played here without any wording."""
