import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useEnvironment } from "../shell/environment.ts";

export function RolloutLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const { name } = useEnvironment();
  return (
    <Link
      to="/rollouts/$rollout"
      params={{ rollout: id }}
      search={{ env: name }}
      className="text-accent underline-offset-2 hover:underline"
    >
      {children}
    </Link>
  );
}
