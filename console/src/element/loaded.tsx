import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FailureNotice } from "./failure-notice.tsx";
import { Loading } from "./loading.tsx";

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** what is being waited for */
  readonly waiting: string;
  readonly children: (data: Data) => ReactNode;
}

/** What was asked of the server, once it is there. Older data stays in sight when a later request fails. */
export function Loaded<Data>({ query, waiting, children }: LoadedProps<Data>) {
  const { data, error, isPending, refetch } = query;
  if (isPending) return <Loading what={waiting} />;
  return (
    <>
      {error !== null && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  );
}
