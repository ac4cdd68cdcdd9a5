"""From an executed notebook to published files: pages, CSV copies, manifest, folders."""
