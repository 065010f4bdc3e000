// Has the shape of MinIO's client: `mc --json admin accesskey ls|create|rm ALIAS …`, with its keys in a file.
const { readFileSync, writeFileSync } = require("node:fs");
const [, , json, admin, accesskey, verb, alias, ...words] = process.argv;
const keys = JSON.parse(readFileSync(KEYS_FILE, "utf8"));
const write = () => writeFileSync(KEYS_FILE, JSON.stringify(keys));
const say = (told) => console.log(JSON.stringify({ status: "success", ...told }));
if (json !== "--json" || admin !== "admin" || accesskey !== "accesskey" || alias !== "fleet") process.exit(2);
if (verb === "ls") say({ user: words[0], svcaccs: Object.keys(keys).map((accessKey) => ({ accessKey })) });
else if (verb === "create") {
  const [user, flag, accessKey] = words;
  if (user !== "recorder" || flag !== "--access-key" || accessKey in keys) process.exit(1);
  keys[accessKey] = `secret-${Math.random().toString(36).slice(2)}`;
  write();
  say({ accessKey, secretKey: keys[accessKey] });
} else if (verb === "rm") {
  const [accessKey] = words;
  if (!(accessKey in keys)) process.exit(1);
  delete keys[accessKey];
  write();
  say({ accessKey });
} else process.exit(2);
