"""Words: gettext catalogues, nothing else."""
