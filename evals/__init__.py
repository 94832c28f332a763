"""The eval harness: cases as data, suites, tapes of model calls, gates; runs on inspect-ai."""
