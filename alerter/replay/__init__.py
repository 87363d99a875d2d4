"""The past, decided again: journals read and made, played through the same core, scored and compared."""
