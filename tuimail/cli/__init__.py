"""The command line: parses, asks the office, prints. Commands are imported on use, so that `--help` is quick."""
