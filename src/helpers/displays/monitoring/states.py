"""States of the stopping rule: the light of each, and its word."""

STATES = {
    "CLEAR": ("ok", "Clear"),
    "NEAR": ("near", "Near limit"),
    "ALERT": ("alert", "Alert"),
    "TOO_FEW": ("none", "Too few to judge"),
}
