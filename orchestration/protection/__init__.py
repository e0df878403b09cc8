"""The door for personal data: keys, pseudonyms, masks, detectors and the encrypted vault."""
