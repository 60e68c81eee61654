#!/usr/bin/env bash
# Brings `publish` to a runner, of the version that this action has: the program attached to the release of that version, if
# it is what the release says and was compiled from this very commit; else one that is compiled here.
#
# Gets REPOSITORY (owner/name of the action), REF (what the action is used at), SERVER, ACTION (this repository's folder),
# GH_TOKEN (may be empty), and of the runner RUNNER_OS, RUNNER_ARCH, RUNNER_TEMP, GITHUB_PATH.
set -euo pipefail

target() {
    case "$RUNNER_OS-$RUNNER_ARCH" in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
        *) return 1 ;;
    esac
}

digest() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Whether the program in a folder is that of this action: by its version, or by its commit where the action is used at one.
is_ours() {
    local said
    said=$("$1/publish" --version) || return 1
    if [[ "$REF" =~ ^[0-9a-f]{40}$ ]]; then
        grep -qx "commit $REF" <<<"$said"
    else
        grep -qx "publish $version" <<<"$said"
    fi
}

bring() {
    local name base
    name="publish-$(target).tar.gz" || return 1
    base="$SERVER/$REPOSITORY/releases/download/v$version"
    curl --fail --silent --show-error --location --retry 3 --output "$place/$name" "$base/$name" || return 1
    curl --fail --silent --show-error --location --retry 3 --output "$place/SHA256SUMS" "$base/SHA256SUMS" || return 1
    if ! grep -qx "$(digest "$place/$name")  $name" "$place/SHA256SUMS"; then
        echo "::warning::$name is not the file that SHA256SUMS of its release names"
        return 1
    fi
    # Where the file was built, GitHub itself says, to whoever asks it with a token.
    if [ -n "${GH_TOKEN:-}" ] && command -v gh >/dev/null; then
        gh attestation verify "$place/$name" --repo "$REPOSITORY" >/dev/null || return 1
    fi
    tar -xzf "$place/$name" -C "$place"
}

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$ACTION/Cargo.toml" | head -n 1)
place="$RUNNER_TEMP/publish-$version"
mkdir -p "$place"
# What is used at a branch may be ahead of every release.
if [[ "$REF" =~ ^([0-9a-f]{40}|v[0-9].*)$ ]] && bring && is_ours "$place"; then
    echo "$("$place/publish" -V), as it was released"
else
    echo "compiling publish $version, which takes some minutes"
    rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$ACTION/Cargo.toml")
    rustup toolchain install "$rust" --profile minimal
    export RUSTUP_TOOLCHAIN=$rust
    if [[ "$REF" =~ ^[0-9a-f]{40}$ ]]; then export PUBLISH_COMMIT=$REF; fi
    cargo install --locked --quiet --path "$ACTION" --root "$place/compiled"
    place="$place/compiled/bin"
fi
echo "$place" >>"$GITHUB_PATH"
