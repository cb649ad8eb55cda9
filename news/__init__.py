"""The nouns and the pure rules."""
