import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useApi } from "../api/api.ts";
import { meQuery } from "../api/session.ts";
import { FailureNotice } from "../element/failure-notice.tsx";
import { LogIn } from "./log-in.tsx";
import { SetUp } from "./set-up.tsx";
import { useSetupSecret } from "./setup-secret.ts";

interface GateProps {
  /** of the link that this page was opened with */
  readonly firstSecret: string | undefined;
  readonly children: ReactNode;
}

/** Nothing but a form for whoever is not logged in. */
export function Gate({ firstSecret, children }: GateProps) {
  const [secret, forgetSecret] = useSetupSecret(firstSecret);
  const { data: me, error, refetch } = useQuery({ ...meQuery(useApi()), enabled: secret === undefined });
  if (secret !== undefined) return <SetUp secret={secret} onDone={forgetSecret} />;
  if (error !== null) {
    return (
      <main className="mx-auto max-w-xl p-6">
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (me === undefined) return null;
  return me === null ? <LogIn /> : children;
}
