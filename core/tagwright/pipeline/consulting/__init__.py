"""Whom to ask about a photo: taggers that stand alone, and chains of them."""
