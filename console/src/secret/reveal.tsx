import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ProveForm } from "../account/prove-form.tsx";
import { useApi } from "../api/api.ts";
import type { Proof } from "../api/passkey.ts";
import type { Secret } from "../api/secret.ts";
import { Drawer } from "../element/drawer.tsx";
import { Field } from "../element/field.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { RevealedValue } from "./revealed-value.tsx";

interface RevealProps {
  readonly secret: Pick<Secret, "name" | "scope">;
  readonly onClose: () => void;
}

/** One stored value, for an admin who proves it again. It is gone from the page when this is closed. */
export function Reveal({ secret: { name, scope }, onClose }: RevealProps) {
  const [api, { name: environment }] = [useApi(), useEnvironment()];
  const [reason, setReason] = useState("");
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (proof: Proof) =>
      api.ask("POST /v1/environments/{environment}/secrets/{name}/reveal", {
        params: { environment, name },
        body: { ...proof, ...scope, ...(reason.trim() === "" ? {} : { reason }) },
      }),
    gcTime: 0,
  });
  return (
    <Drawer
      title={`Reveal ${name}`}
      about="Who saw it, and why, is in the audit log before it is shown."
      onClose={onClose}
    >
      {data === undefined ? (
        <ProveForm action="Reveal" busy={isPending} error={error} onProof={mutate}>
          <Field
            label="Reason"
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            maxLength={200}
            hint="Goes into the audit log; may be left out."
          />
        </ProveForm>
      ) : (
        <RevealedValue revealed={data} onDone={onClose} />
      )}
    </Drawer>
  );
}
