#!/bin/sh
# Lays out the root file system of the page's image: assemble.sh APP ROOTFS
# Runs in a build stage; the runtime stage is ROOTFS on an empty base.
set -eu
app=$1 out=$2

mkdir -p "$out/usr/local/bin" "$out/etc/ssl/certs" "$out/tmp"
cp "$(readlink -f "$(command -v node)")" "$out/usr/local/bin/node"
strip --strip-unneeded "$out/usr/local/bin/node"

# The libraries that node is linked against, and the resolver's, which are opened by name.
ldd "$out/usr/local/bin/node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$out$(dirname "$library")"
  cp -L "$library" "$out$library"
done
for library in /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2 /lib/*/libresolv.so.2; do
  mkdir -p "$out$(dirname "$library")"
  cp -L "$library" "$out$library"
done

cp -L /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"
printf 'root:x:0:0:root:/:/sbin/nologin\nnextjs:x:1001:1001:nextjs:/app:/sbin/nologin\n' > "$out/etc/passwd"
printf 'root:x:0:\nnodejs:x:1001:\n' > "$out/etc/group"
printf 'hosts: files dns\n' > "$out/etc/nsswitch.conf"
chmod 1777 "$out/tmp"

cp -R "$app" "$out/app"
# Pictures are served as they are, so the resizer and its libraries stay out; source maps and types serve nobody here.
rm -rf "$out/app/node_modules/sharp" "$out/app/node_modules/@img"
find "$out/app" \( -name '*.map' -o -name '*.d.ts' -o -name '*.md' \) -type f -delete
# The one folder that Next.js writes to; mount something here when the root is read-only.
mkdir -p "$out/app/.next/cache"
chown -R 1001:1001 "$out/app/.next/cache"
