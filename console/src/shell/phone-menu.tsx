import { Dialog } from "radix-ui";
import { useState } from "react";
import { Navigation } from "./navigation.tsx";

/** The pages, where the screen has no room for them. */
export function PhoneMenu() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label="Pages"
        className="grid size-9 place-items-center rounded-md border border-edge bg-panel"
      >
        <svg
          aria-hidden
          viewBox="0 0 16 16"
          className="size-4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        >
          <path d="M2 4h12M2 8h12M2 12h12" />
        </svg>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-10 bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-20 grid w-64 content-start gap-3 border-r border-line bg-panel p-4"
        >
          <Dialog.Title className="px-2.5 font-semibold">Pages</Dialog.Title>
          <Navigation onChosen={() => setOpen(false)} />
          <Dialog.Close className="min-h-9 rounded-md px-2.5 text-left text-sm text-quiet hover:bg-raised">
            Close
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
