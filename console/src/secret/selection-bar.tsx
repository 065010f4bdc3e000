import { lazy, Suspense, useState } from "react";
import type { Secret } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import type { Selection } from "./selection.ts";

interface SelectionBarProps {
  readonly secrets: readonly Secret[];
  readonly shown: readonly Secret[];
  readonly selection: Selection;
}

const SetDrawer = lazy(async () => ({ default: (await import("./set-drawer.tsx")).SetDrawer }));
const GenerateDrawer = lazy(async () => ({ default: (await import("./generate-drawer.tsx")).GenerateDrawer }));
const GrantDrawer = lazy(async () => ({ default: (await import("./grant-drawer.tsx")).GrantDrawer }));
const RetireDrawer = lazy(async () => ({ default: (await import("./retire-drawer.tsx")).RetireDrawer }));

const verbs = [
  { verb: "set", title: "Set values…", Drawer: SetDrawer, needs: "operator" },
  { verb: "generate", title: "Make new versions…", Drawer: GenerateDrawer, needs: "operator" },
  { verb: "grant", title: "Grant…", Drawer: GrantDrawer, needs: "admin" },
  { verb: "retire", title: "Retire old versions…", Drawer: RetireDrawer, needs: "admin" },
] as const;

/** What can be done to all rows that are selected, also to those that the filter hides now. */
export function SelectionBar({ secrets, shown, selection }: SelectionBarProps) {
  const environment = useEnvironment();
  const [verb, setVerb] = useState<(typeof verbs)[number]["verb"]>();
  // provider settings have a page of their own, where each is proved first
  const selectable = shown.filter(isSelectable);
  const chosen = secrets.filter((one) => selection.has(one) && isSelectable(one));
  const opened = verbs.find((one) => one.verb === verb);
  const all = selectable.length > 0 && selectable.every((one) => selection.has(one));
  return (
    <div role="group" aria-label="Selected values" className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
      <label className="flex min-h-9 items-center gap-2">
        <input
          type="checkbox"
          checked={all}
          disabled={selectable.length === 0}
          onChange={({ target }) => selection.set(selectable, target.checked)}
          className="size-4 accent-accent"
        />
        {chosen.length === 0 ? "Select all" : `${chosen.length} selected`}
      </label>
      {chosen.length > 0 &&
        verbs
          .filter(({ needs }) => covers(environment, needs))
          .map((one) => (
            <Button key={one.verb} onClick={() => setVerb(one.verb)}>
              {one.title}
            </Button>
          ))}
      {chosen.length > 0 && (
        <Button kind="quiet" onClick={() => selection.clear()}>
          Clear
        </Button>
      )}
      <Suspense>
        {opened !== undefined && <opened.Drawer secrets={chosen} onClose={() => setVerb(undefined)} />}
      </Suspense>
    </div>
  );
}

export function isSelectable({ scope }: Secret): boolean {
  return scope.service !== "global_settings";
}
