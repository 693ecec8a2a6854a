"""Words inside files, read in a process apart, because files are hostile. `kinds` says what can be read at all."""
