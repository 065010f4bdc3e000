import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { useEnvironment, type Environment } from "./environment.ts";

/** The choice is in the address: a link shows the same to whoever gets it. */
export function EnvironmentChooser({ all }: { readonly all: readonly Environment[] }) {
  const id = useId();
  const { name } = useEnvironment();
  const navigate = useNavigate();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="px-2.5 text-xs text-quiet max-md:sr-only">
        Environment
      </label>
      <select
        id={id}
        value={name}
        onChange={({ target }) => void navigate({ to: ".", search: { env: target.value } })}
        className="min-h-9 w-full rounded-md border border-edge bg-panel px-2 text-sm font-medium"
      >
        {all.map((one) => (
          <option key={one.name}>{one.name}</option>
        ))}
      </select>
    </div>
  );
}
