import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useEnvironment } from "../shell/environment.ts";

export function RotationLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const { name } = useEnvironment();
  return (
    <Link
      to="/rotations/$rotation"
      params={{ rotation: id }}
      search={{ env: name }}
      className="text-accent underline-offset-2 hover:underline"
    >
      {children}
    </Link>
  );
}
