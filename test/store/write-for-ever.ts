// Writes values with their audit entries until it is killed; says the number of each committed transaction.
import { readFileSync } from "node:fs";
import { keyOf } from "#envelope";
import { Sensitive } from "#kernel";
import { openStore, readServer } from "#store";

const [folder = "", address = "", keyFile = "", name = "N"] = process.argv.slice(2);
const store = await openStore({
  folder,
  ...(address === "" ? {} : { server: readServer(address) }),
  kek: keyOf(readFileSync(keyFile)),
});
const actor = { name: `writer ${name}` };
for (let count = 1; ; count += 1) {
  await store.transaction(async (tx) => {
    const { values } = await tx.environment("production");
    // never the one that the writer before this one wrote last
    const value = Sensitive.of(`${name} ${process.pid} ${count}`);
    await values.put({ name, scope: {}, value, sensitive: true, origin: "test", actor });
    await tx.audit.append({ actor, action: "value.set", subject: name, detail: { count } });
  });
  process.stdout.write(`${count}\n`);
}
