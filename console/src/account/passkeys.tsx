import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { findHindrance } from "../api/authenticator.ts";
import { passkeysQuery, type OwnPasskey } from "../api/passkey.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { OtherAddress } from "../element/other-address.tsx";
import { NewPasskey } from "./new-passkey.tsx";
import { PasskeyTable } from "./passkey-table.tsx";
import { RemovePasskey } from "./remove-passkey.tsx";

type View =
  | { readonly kind: "list" }
  | { readonly kind: "add" }
  | { readonly kind: "remove"; readonly passkey: OwnPasskey };

const titles = { list: "Passkeys", add: "Add a passkey", remove: "Remove a passkey" } as const;

/** Those of whoever is logged in. */
export function Passkeys({ onClose }: { readonly onClose: () => void }) {
  const [view, setView] = useState<View>({ kind: "list" });
  const back = (): void => setView({ kind: "list" });
  return (
    <Drawer
      title={titles[view.kind]}
      about="You log in with your device's lock or a security key; nothing is typed, and nothing can be told to a false page."
      onClose={onClose}
    >
      {view.kind === "list" && <List onView={setView} />}
      {view.kind === "add" && <NewPasskey onBack={back} />}
      {view.kind === "remove" && <RemovePasskey passkey={view.passkey} onBack={back} />}
    </Drawer>
  );
}

function List({ onView }: { readonly onView: (view: View) => void }) {
  const own = useQuery(passkeysQuery(useApi()));
  const hindrance = findHindrance();
  return (
    <Loaded query={own} waiting="Reading your passkeys…">
      {({ passkeys, hasPassword }) => (
        <>
          {passkeys.length === 0 ? (
            <Empty title="You have no passkey yet">Until you do, you log in with your password.</Empty>
          ) : (
            <PasskeyTable
              passkeys={passkeys}
              last={!hasPassword && passkeys.length === 1}
              onRemove={(passkey) => onView({ kind: "remove", passkey })}
            />
          )}
          {hindrance === undefined ? (
            <div>
              <Button kind="primary" onClick={() => onView({ kind: "add" })}>
                Add a passkey
              </Button>
            </div>
          ) : (
            <OtherAddress hindrance={hindrance} />
          )}
        </>
      )}
    </Loaded>
  );
}
