import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Notice } from "../element/notice.tsx";
import { useEnvironment } from "../shell/environment.ts";
import type { Person } from "./people-table.tsx";
import { SeenTable } from "./seen-table.tsx";

/** What they know that is in use now comes first: that is what to change. */
export function PersonView({ actors, seen, rotate }: Person) {
  const [all, setAll] = useState(false);
  const inUse = seen.filter(({ use }) => use === "present" || use === "running");
  return (
    <>
      <p className="text-sm text-quiet wrap-anywhere">In the log as {actors.join(", ")}.</p>
      {rotate.length === 0 ? (
        <Notice tone="good" title="Nothing of it is in use any more" />
      ) : (
        <ToChange rotate={rotate} inUse={inUse} />
      )}
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={all}
          onChange={({ target }) => setAll(target.checked)}
          className="size-4 accent-accent"
        />
        also what is not in use any more
      </label>
      <SeenTable seen={all ? seen : inUse} />
    </>
  );
}

interface ToChangeProps {
  readonly rotate: readonly string[];
  readonly inUse: Person["seen"];
}

function ToChange({ rotate, inUse }: ToChangeProps) {
  const { name: env } = useEnvironment();
  const settings = new Set(inUse.filter(({ scope }) => scope.service === "global_settings").map(({ name }) => name));
  const stored = rotate.filter((name) =>
    inUse.some((one) => one.name === name && one.scope.service !== "global_settings"),
  );
  return (
    <Notice
      tone="warn"
      title={rotate.length === 1 ? "1 secret to change" : `${rotate.length} secrets to change`}
      action={
        <span className="flex flex-wrap gap-x-4 gap-y-1 py-0.5">
          {stored.length > 0 && (
            <Link to="/secrets" search={{ env, names: stored }} className="font-medium text-accent underline">
              Change these under Secrets
            </Link>
          )}
          {settings.size > 0 && (
            <Link to="/admin/settings" search={{ env }} className="font-medium text-accent underline">
              Provider settings
            </Link>
          )}
        </span>
      }
    >
      <ul className="flex flex-wrap gap-x-4 gap-y-1 font-mono">
        {rotate.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </Notice>
  );
}
