"""The journeys: a real Chromium against the real production server, told as sentences."""
