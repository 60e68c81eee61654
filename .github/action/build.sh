#!/usr/bin/env bash
# Checks, tests and builds a book; messages become annotations of the files that they are about.
#
# Gets MANUSCRIPT (empty: where `publish` looks by itself), FORMAT, OUT, and STRICT and TEST as `true` or `false`.
set -euo pipefail

common=(--message-format github)
[ -z "$MANUSCRIPT" ] || common+=(--manuscript "$MANUSCRIPT")
check=(check "${common[@]}")
[ "${STRICT:-}" != true ] || check+=(--strict)

publish "${check[@]}"
if [ "$TEST" = true ]; then
    publish test --yes "${common[@]}"
fi
# What was told by now is not told again.
publish build --quiet --format "$FORMAT" --out "$OUT" "${common[@]}"
