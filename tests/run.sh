#!/usr/bin/env bash
# Installs what the tests need and is missing, builds with warnings as errors, runs every test project, sums up.
# Needs the .NET 10 SDK and, only where something is missing, apt-get as root or by sudo.
# The last line is "N passed, N failed"; the exit code is 0 only if something ran and nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C.UTF-8 PATH="$PATH:/usr/sbin"

# program=Debian package. kubectl renders k8s/, docker-compose reads docker-compose.yml; neither needs a server.
# nginx stands in front of a gateway in some tests.
needed=(curl=curl redis-server=redis-server kubectl=kubernetes-client docker-compose=docker-compose nginx=nginx)

if ! command -v dotnet >/dev/null; then
  echo "dotnet is missing: install the .NET 10 SDK, https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  exit 1
fi

missing=()
for pair in "${needed[@]}"; do
  command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
done
if ((${#missing[@]} > 0)); then
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  echo "installing ${missing[*]}"
  # The package lists may be absent or old; an update that fails is no reason to stop if the install works.
  "${as_root[@]}" apt-get update -qq </dev/null || echo "apt-get update failed, trying with the lists at hand" >&2
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null; then
    echo "could not install ${missing[*]}: install them by hand and run this again" >&2
    exit 1
  fi
fi

dotnet build Gateway.sln -warnaserror -v quiet -nologo || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
count() { sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -1; }

for project in tests/*/*.csproj; do
  grep -q '<IsTestProject>true' "$project" || continue
  name=$(basename "$project" .csproj)
  # A test that hangs ends its project and counts as a failure.
  dotnet test "$project" --no-build --nologo -v quiet --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout 4m --blame-hang-dump-type none </dev/null
  code=$?
  if [[ ! -s $results/$name.trx ]]; then
    echo "$name: ended with code $code and left no results" >&2
    failed=$((failed + 1))
    continue
  fi
  total=$(count "$results/$name.trx" total)
  good=$(count "$results/$name.trx" passed)
  bad=$(($(count "$results/$name.trx" failed) + $(count "$results/$name.trx" error) + $(count "$results/$name.trx" timeout) + $(count "$results/$name.trx" aborted)))
  # A crash after the last test, or in a tear-down, is in the exit code alone.
  ((code == 0 || bad > 0)) || bad=1
  passed=$((passed + good)) failed=$((failed + bad))
  rest=$((total - good - bad))
  ((rest <= 0)) || skipped=$((skipped + rest))
done

line="$passed passed, $failed failed"
((skipped == 0)) || line+=", $skipped skipped"
echo "$line"
((failed == 0 && passed > 0))
