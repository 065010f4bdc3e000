import { useId, type ReactNode } from "react";

interface SectionProps {
  readonly title: ReactNode;
  /** where links lead to it */
  readonly id?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page under a heading of its own. */
export function Section({ title, id: address, actions, children }: SectionProps) {
  const own = useId();
  const id = address ?? own;
  return (
    <section aria-labelledby={id} className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h2 id={id} className="min-w-0 font-semibold wrap-anywhere">
          {title}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
