#!/bin/sh
# Checks the release that this file came with, by means of minisign and what every Linux has:
#
#   sh verify.sh [--allow-expired] [KEY [FOLDER]]
#
# KEY is the publisher's public key as you know it from elsewhere: its line (RW...), or a file that
# holds it. An older one will do if each later key was signed by the one before (see keys/).
# FOLDER is the release; without it, the folder in which this file lies.
# It ends with 0 when all is as it was signed and in date, and with 1 otherwise.
#
# Whoever changed the files could have changed this one, too. If you would rather not run it, do
# this by hand in the folder of the release. It finds every changed and missing file, and every
# forgery; it does not find files that were added.
#
#   minisign -Vm SHA256SUMS -P RW...
#   sha256sum --check --quiet SHA256SUMS

set -u
LC_ALL=C
export LC_ALL
bad=0

# File names come from whoever made the copy: nothing in them may speak to the terminal.
plain() { tr '\000-\011\013-\037\177' '?' | sed "s/$(printf '\302[\200-\237]')/?/g"; }
say() { printf '%s\n' "$*"; }
wrong() { say "WRONG: $*" | plain >&2; bad=1; }
each() { while IFS= read -r line; do wrong "$line: $2"; done < "$1"; }
same() { # two sorted lists; only what the second has more is named
    cmp -s "$1" "$2" && return
    wrong 'there are other files or folders than the signed ones'
    cat "$1" "$1" "$2" | sort | uniq -u > "$work/extra"
    each "$work/extra" "$3"
}
end() { [ "$bad" -eq 0 ] || { say 'This is not what the publisher signed, or no longer valid.' >&2; exit 1; }; }
fail() { wrong "$*"; end; }
key_in() { sed -n '/^RW[A-Za-z0-9+/]*=*$/{p;q;}' "$1"; }

allow_expired=0
[ "${1-}" != --allow-expired ] || { allow_expired=1; shift; }
trusted=${1-}
case $trusted in
    '' | RW*) ;;
    *) [ -f "$trusted" ] || fail "there is no file $trusted with a key"
       trusted=$(key_in "$trusted")
       [ -n "$trusted" ] || fail "$1 holds no public key of minisign" ;;
esac
for tool in minisign sha256sum base64 cmp cut date find grep mktemp sed sort tail tr uniq; do
    command -v "$tool" > /dev/null || fail "$tool is not installed"
done
CDPATH='' cd -- "${2:-$(dirname -- "$0")}" || fail 'there is no such folder'
work=$(mktemp -d) || fail 'no temporary folder can be made'
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# First what would keep the other programs waiting, or make them read a name as two.
find . ! -type f ! -type d > "$work/links" || fail 'a folder cannot be read'
each "$work/links" 'is not a plain file'
find . -name '*
*' > "$work/names" || fail 'a folder cannot be read'
each "$work/names" 'is part of a name of several lines'
for file in SHA256SUMS SHA256SUMS.minisig minisign.pub releases.txt; do
    [ -f "$file" ] || wrong "$file is missing"
done
end

# The key that signed, and how it came about.
signer=$(key_in minisign.pub)
met=0
if [ -d keys ]; then
    place=1 last=
    while set -- keys/"$place"-*.pub && [ -f "$1" ]; do
        [ $# -eq 1 ] || wrong "there are several keys $place"
        if [ -n "$last" ]; then
            comment=$(minisign -VQm "$1" -P "$last" 2> /dev/null) || wrong "$1 was not signed by the key before it"
            case $comment in "key=$place "*) ;; *) wrong "$1 is not said to follow the key before it" ;; esac
        fi
        last=$(key_in "$1")
        [ "$last" != "$trusted" ] || met=1
        place=$((place + 1))
    done
    [ "$last" = "$signer" ] || wrong 'minisign.pub is not the last of the keys in keys/'
fi
[ "$signer" != "$trusted" ] || met=1
[ -z "$trusted" ] || [ "$met" -eq 1 ] || fail 'it is signed with another key than the one that you trust'

# The signature, and what it says. minisign passes over changes in those bytes of it that sign nothing.
comment=$(minisign -VQm SHA256SUMS -P "$signer" 2> /dev/null) || fail 'the signature of SHA256SUMS does not hold'
{
    say 'untrusted comment: signature from minisign secret key'
    say "$(sed -n 2p SHA256SUMS.minisig | base64 -d 2> /dev/null | base64 -w 0)"
    say "trusted comment: $comment"
    say "$(sed -n 4p SHA256SUMS.minisig | base64 -d 2> /dev/null | base64 -w 0)"
} | cmp -s - SHA256SUMS.minisig || wrong 'SHA256SUMS.minisig is not in the form that signing gives it'
{ say "Signed with the key $signer:"; say "$comment"; } | plain
say "$comment" | grep -Eqx 'seq=[1-9][0-9]{0,8} edition=[a-z0-9-]+ expires=[0-9]{4}(-[0-9]{2}){2} prev=(-|[0-9a-f]{64})' ||
    fail 'the signature does not say which release this is'
number=${comment#seq=} number=${number%% *}
expires=${comment#*expires=} expires=${expires%% *}
previous=${comment##*prev=}
year=${expires%%-*} day=${expires#*-}
today=$(date -u +%Y%m%d)
[ "$today" -gt 20000000 ] || fail 'it is not known what day it is'
if [ "$allow_expired" -eq 0 ] && [ "$today" -gt "$year${day%-*}${day#*-}" ]; then
    wrong "it expired on $expires: look for a newer one"
fi

# The releases before it.
if grep -Evq '^[1-9][0-9]{0,8} [0-9a-f]{64} [a-z0-9-]+ [0-9]{4}-[0-9]{2}-[0-9]{2}$' releases.txt ||
    ! cut -d ' ' -f 1 releases.txt | sort -c -n -u 2> /dev/null; then
    wrong 'releases.txt is not a list of releases'
elif [ -s releases.txt ]; then
    before=$(tail -n 1 releases.txt | cut -d ' ' -f 1,2)
    [ "${before#* }" = "$previous" ] || wrong 'releases.txt does not end with the release that the signature names'
    [ "${before% *}" -lt "$number" ] || wrong 'releases.txt ends with a later release than this one'
elif [ "$previous" != - ]; then
    wrong 'releases.txt does not name the release before this one'
fi

# Every file: changed and missing ones, then those that nobody signed, and folders without a signed file.
sha256sum -c SHA256SUMS > "$work/sums" 2> /dev/null || wrong 'files were changed, or are missing'
sed -n 's/: FAILED\( open or read\)\{0,1\}$//p' "$work/sums" > "$work/failed"
each "$work/failed" 'is not as it was signed'
cut -c 67- SHA256SUMS > "$work/rest"
{ say SHA256SUMS; say SHA256SUMS.minisig; cat "$work/rest"; } | sort > "$work/listed"
find . -type f | cut -c 3- | sort > "$work/there"
[ -s "$work/there" ] || fail 'the files cannot be listed'
same "$work/listed" "$work/there" 'is not part of the release'
: > "$work/folders"
while sed -n 's|/[^/]*$||p' "$work/rest" > "$work/parents" && [ -s "$work/parents" ]; do
    sort -u "$work/parents" > "$work/rest"
    cat "$work/rest" >> "$work/folders"
done
sort -u "$work/folders" > "$work/listed"
find . -type d ! -name . | cut -c 3- | sort > "$work/there"
same "$work/listed" "$work/there" 'is a folder that is not part of the release'

end
say "All files are as they were signed: release $number, valid until $expires."
[ -n "$trusted" ] || say "This was checked with the key that the release carries itself. A forged one would carry its
own: get the publisher's key by another way, and run this again with it."
