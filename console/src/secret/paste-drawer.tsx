import { useState } from "react";
import { useImport, usePreviewImport } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { PasteField } from "./paste-field.tsx";
import { PasteList } from "./paste-list.tsx";
import { turn, valueCount } from "./selection.ts";
import { Stored } from "./stored.tsx";

/** A whole .env: what each line would do first, by name, and then what was chosen of it. */
export function PasteDrawer({ onClose }: { readonly onClose: () => void }) {
  const { name: environment } = useEnvironment();
  const [text, setText] = useState("");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const preview = usePreviewImport(environment);
  const save = useImport(environment);
  const found = preview.data;
  const names = (found?.values ?? [])
    .filter(({ name, kind }) => (kind === "new" || kind === "changed") && !left.has(name))
    .map(({ name }) => name);

  const type = (typed: string): void => {
    setText(typed);
    setLeft(new Set());
    preview.reset();
    save.reset();
  };
  const keep = (): void =>
    save.mutate(
      { text, names },
      {
        // it has been kept: nothing of it stays in the page
        onSuccess: () => {
          setText("");
          preview.reset();
        },
      },
    );
  return (
    <Drawer
      title="Paste a .env"
      about="It goes to the server to be looked at, which answers by name. Nothing is kept before you save, and what stands here is dropped when this closes."
      onClose={onClose}
    >
      {save.data === undefined ? (
        <form
          autoComplete="off"
          className="grid grid-cols-[minmax(0,1fr)] gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            if (found === undefined) preview.mutate(text);
            else keep();
          }}
        >
          <PasteField value={text} onChange={type} />
          {preview.error !== null && <FailureNotice error={preview.error} />}
          {found !== undefined && (
            <PasteList {...found} chosen={new Set(names)} onChoose={(name) => setLeft(turn(left, name))} />
          )}
          {save.error !== null && <FailureNotice error={save.error} />}
          <div className="flex flex-wrap gap-2">
            {found === undefined ? (
              <Button kind="primary" type="submit" busy={preview.isPending} disabled={text.trim() === ""}>
                {preview.isPending ? "Looking…" : "Look at it"}
              </Button>
            ) : (
              <Button kind="primary" type="submit" busy={save.isPending} disabled={names.length === 0}>
                {save.isPending ? "Saving…" : `Save ${valueCount(names.length)}`}
              </Button>
            )}
          </div>
        </form>
      ) : (
        <Stored values={save.data.values} />
      )}
    </Drawer>
  );
}
