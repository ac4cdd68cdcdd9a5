"""Parameters: YAML files in, strict models out."""

from helpers.params.interim import Interim
from helpers.params.loading import list_interims, load_interim, load_trial, params_folder
from helpers.params.trial import Trial

__all__ = ["Interim", "Trial", "list_interims", "load_interim", "load_trial", "params_folder"]
