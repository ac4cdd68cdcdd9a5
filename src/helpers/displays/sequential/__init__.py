"""The looks of a trial that spend alpha: bounds, power, estimates after them."""
