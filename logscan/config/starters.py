"""The commented file to start from, which changes nothing until a line of it is brought to life."""

STARTER = r"""# The configuration of logscan. Everything is optional, and this file changes nothing as it stands:
# take the `#` away from the lines you need. `logscan config check` says whether all is right.
# It is found as ./logscan.yaml, as ./config.yaml (only with the next line in it), or given with `-c FILE`.
logscan: 1

#rules:
# Which of the shipped packs are used: all, or a list of names.
#  packs: all

# Your own packs; their paths are told from the folder of this file.
#  files: [my-rules.yaml]

# Rules that are not used at all.
#  disable: [http.forbidden]

# Rules with other values: threshold, severity, grace, status. What is not named stays as the pack has it.
#  tune:
#    http.unauthorized:
#      threshold: {count: 10, within: 5m}
#      severity: warning

# Lines that rules are kept off. Patterns are read as in a pack and ignore case; without `rules`, no rule
# fits such a line. `logscan explain` tells which pattern it was.
#  ignore:
#    - pattern: 'GET /healthz'
#      rules: [http.unauthorized]
"""
