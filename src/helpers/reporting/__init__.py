"""From an executed notebook to published files: pages, twins, manifest, folders."""
