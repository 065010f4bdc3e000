import { Dialog } from "radix-ui";
import { useState, type ReactNode } from "react";

interface DrawerProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** At the side of the page; on a phone all of the screen. What is behind it can't be reached until it is closed. */
export function Drawer({ title, about, onClose, children }: DrawerProps) {
  // it has no trigger of its own to give the focus back to
  const [opener] = useState(() => document.activeElement);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-20 bg-veil" />
        <Dialog.Content
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener instanceof HTMLElement) opener.focus();
          }}
          // a click beside it must not lose what was typed
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-y-0 right-0 z-30 flex w-full max-w-xl flex-col border-l border-line bg-ground shadow-xl outline-none"
        >
          <header className="flex items-start justify-between gap-4 border-b border-line px-5 py-4">
            <div className="grid gap-0.5">
              <Dialog.Title className="text-lg font-semibold tracking-tight">{title}</Dialog.Title>
              <Dialog.Description asChild>
                <div className="text-sm text-quiet">{about}</div>
              </Dialog.Description>
            </div>
            <Dialog.Close
              aria-label="Close"
              className="grid size-9 shrink-0 place-items-center rounded-md hover:bg-raised"
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
                <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />
              </svg>
            </Dialog.Close>
          </header>
          <div className="grid grow grid-cols-[minmax(0,1fr)] content-start gap-5 overflow-y-auto px-5 py-5">
            {children}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
