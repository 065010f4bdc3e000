import { useState } from "react";
import { useAddPasskey } from "../api/passkey.ts";
import { Button } from "../element/button.tsx";
import { PasskeyName } from "../element/passkey-name.tsx";
import { ProveForm } from "./prove-form.tsx";

export function NewPasskey({ onBack }: { readonly onBack: () => void }) {
  const [name, setName] = useState("");
  const { mutate, isPending, error } = useAddPasskey();
  return (
    <>
      <ProveForm
        action="Add it"
        busy={isPending}
        error={error}
        ready={name.trim() !== ""}
        onProof={(proof) => mutate({ name, proof }, { onSuccess: onBack })}
      >
        <PasskeyName value={name} onChange={({ target }) => setName(target.value)} autoFocus />
      </ProveForm>
      <div className="border-t border-line pt-5">
        <Button onClick={onBack}>Back</Button>
      </div>
    </>
  );
}
