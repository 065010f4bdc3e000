// A vendor's keys in a file, and the command that makes and revokes them: make KEYS, or how it is to go wrong.
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const [, , file, wrong] = process.argv;
const order = JSON.parse(readFileSync(0, "utf8"));
const keys = JSON.parse(readFileSync(file, "utf8"));
// who reads it meanwhile gets all of it
const write = (content) => {
  writeFileSync(`${file}.new`, JSON.stringify(content));
  renameSync(`${file}.new`, file);
};
if (order.values.VENDOR_ADMIN !== "the-administrator") process.exit(3);
console.error(`asked with ${order.value} and ${order.values.VENDOR_ADMIN}`);
if (wrong === "busy" || (wrong === "busy once" && order.do === "make")) process.exit(75);
if (wrong === "broken") process.exit(4);
if (wrong === "silent") process.exit(0);
if (wrong === "slow") setTimeout(() => undefined, 60_000);
else if (wrong === "endless") flood();
else if (order.do === "make" && wrong === "same") console.log(order.value);
else if (order.do === "make" && wrong === "short") console.log("short");
else if (order.do === "make") {
  if (wrong === "chatty") console.log("created");
  // once for each intent
  keys[order.id] ??= `vendor-key-of-${order.id}-${Math.random().toString(36).slice(2)}`;
  write(keys);
  process.stdout.write(`${keys[order.id]}${wrong === "windows" ? "\r\n" : "\n"}`);
} else {
  const kept = Object.entries(keys).filter(
    ([id, key]) => key !== order.value && !(order.which === "new" && id === order.id),
  );
  write(Object.fromEntries(kept));
}

/** As fast as it is read: what is written without a pause leaves the program only when it ends. */
function flood() {
  process.stdout.write("x".repeat(10_000), flood);
}
