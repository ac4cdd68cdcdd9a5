"""What every variable of every analysis data set is: one declaration, `variables.csv`."""

from helpers.datasets.variables.declaration import load_declaration
from helpers.datasets.variables.definitions import define_named
from helpers.datasets.variables.families import declare_view

__all__ = ["declare_view", "define_named", "load_declaration"]
