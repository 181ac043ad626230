"""Where bytes come from; a source never looks at what it hands out."""
