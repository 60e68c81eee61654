#!/usr/bin/env bash
# Attaches the books to the release of the tag that the workflow runs for.
#
# Gets OUT, REF_TYPE, TAG and GH_TOKEN.
set -euo pipefail

if [ "$REF_TYPE" != tag ]; then
    echo "::error::books are attached to the release of a tag, and this workflow runs for a $REF_TYPE; write \`attach: \${{ github.ref_type == 'tag' }}\`"
    exit 1
fi
publish release "$TAG" --no-build --out "$OUT"
