import { useRemovePasskey, type OwnPasskey } from "../api/passkey.ts";
import { Button } from "../element/button.tsx";
import { ProveForm } from "./prove-form.tsx";

interface RemovePasskeyProps {
  readonly passkey: OwnPasskey;
  readonly onBack: () => void;
}

export function RemovePasskey({ passkey: { id, name }, onBack }: RemovePasskeyProps) {
  const { mutate, isPending, error } = useRemovePasskey();
  return (
    <>
      <ProveForm
        action="Remove it"
        danger
        busy={isPending}
        error={error}
        onProof={(proof) => mutate({ passkey: id, proof }, { onSuccess: onBack })}
      >
        <p className="text-sm">
          <strong className="wrap-anywhere">{name}</strong> opens nothing here any more. The device may still offer it:
          delete it there as well.
        </p>
      </ProveForm>
      <div className="border-t border-line pt-5">
        <Button onClick={onBack}>Back</Button>
      </div>
    </>
  );
}
