import { AppError } from "#kernel";
import { execOn } from "./host.ts";

/** An image with Node and a shell, made on the host itself: no registry is asked. */
export const nodeImage = "lab/node:24";

export async function makeImage(host: string): Promise<void> {
  const { status, stderr } = await execOn(host, ["sh", "-eu", "-s", nodeImage], { input: script });
  if (status !== 0) throw new AppError("COMMAND_FAILED", `no image could be made on ${host}\n${stderr.trim()}`);
}

const script = `
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/usr/local/bin"
cp /bin/busybox "$root/bin/busybox"
for name in $(busybox --list); do
  [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
done
cp /usr/local/bin/node "$root/usr/local/bin/node"
ldd /usr/local/bin/node | grep -o '/[^ ]*' | while read -r file; do
  mkdir -p "$root\${file%/*}"
  cp -L "$file" "$root$file"
done
printf 'root:x:0:0::/:/bin/sh\\nnobody:x:65534:65534::/:/bin/sh\\n' >"$root/etc/passwd"
tar -C "$root" -c . | docker import -c 'ENV PATH=/usr/local/bin:/bin' - "$1"
`;
