import type { ReactNode } from "react";
import { Brand } from "../element/brand.tsx";
import { Button } from "../element/button.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";

interface EntryFormProps {
  readonly title: string;
  readonly action: string;
  readonly busy: boolean;
  readonly error: Error | null;
  /** another way, below the form */
  readonly otherwise: ReactNode;
  readonly onSubmit: (fields: Readonly<Record<string, string>>) => void;
  readonly children: ReactNode;
}

/** What stands before the door: one form in the middle of the page. */
export function EntryForm({ title, action, busy, error, otherwise, onSubmit, children }: EntryFormProps) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-sm content-start gap-6 px-4 py-[12vh]">
      <Brand />
      <form
        className="grid gap-4"
        aria-labelledby="entry-title"
        onSubmit={(event) => {
          event.preventDefault();
          // without a field for files all of them are texts
          onSubmit(Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>);
        }}
      >
        <h1 id="entry-title" className="text-xl font-semibold tracking-tight">
          {title}
        </h1>
        {children}
        {error !== null && <FailureNotice error={error} />}
        <Button kind="primary" type="submit" busy={busy}>
          {action}
        </Button>
      </form>
      {otherwise}
    </main>
  );
}
