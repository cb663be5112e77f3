"""The newsroom's own screens, a file for each subject."""
