#!/usr/bin/env bash
# Puts what was compiled for a target into `publish-TARGET.tar.gz`: the program, its manual, completions, licences.
set -euo pipefail

target=$1
cd "$(dirname "$0")/.."
program=target/$target/release/publish
[ ! -f "$program.exe" ] || program=$program.exe

place=$(mktemp -d)
cp "$program" LICENSE README.md CHANGELOG.md "$place"
mkdir "$place/fonts" "$place/completions"
cp fonts/*LICENSE* "$place/fonts"
"$program" man --out "$place/man"
for shell in bash zsh fish powershell; do
    "$program" completions "$shell" >"$place/completions/publish.$shell"
done
# By their names: who takes one of them out writes the name alone.
(cd "$place" && printf '%s\n' *) | tar -czf "publish-$target.tar.gz" -C "$place" -T -
rm -r "$place"
