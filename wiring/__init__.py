"""The composition root: settings, back ends by URL scheme, `open_platform()`."""
