import { Link } from "@tanstack/react-router";
import { useEnvironment } from "../shell/environment.ts";

export function SecretLink({ name }: { readonly name: string }) {
  const environment = useEnvironment();
  return (
    <Link
      to="/secrets/$name"
      params={{ name }}
      search={{ env: environment.name }}
      className="font-mono text-sm text-accent underline-offset-2 wrap-anywhere hover:underline"
    >
      {name}
    </Link>
  );
}
