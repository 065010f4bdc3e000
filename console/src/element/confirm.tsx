import { AlertDialog } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface ConfirmProps {
  readonly trigger: string;
  /** of the trigger, where its word alone does not say what it is about */
  readonly label?: string;
  /** look of the trigger */
  readonly kind?: "quiet" | "plain";
  readonly disabled?: boolean;
  readonly small?: boolean;
  readonly title: string;
  readonly action: string;
  readonly onConfirm: () => void;
  /** what comes of it */
  readonly children: ReactNode;
}

/** A second question before what can't be undone. */
export function Confirm({
  trigger,
  label,
  kind = "quiet",
  disabled = false,
  small = false,
  title,
  action,
  onConfirm,
  children,
}: ConfirmProps) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>
        <Button kind={kind} small={small} disabled={disabled} aria-label={label}>
          {trigger}
        </Button>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Content className="fixed top-1/2 left-1/2 z-50 grid w-[min(28rem,calc(100vw-2rem))] -translate-1/2 gap-4 rounded-lg border border-line bg-panel p-5 shadow-xl">
          <AlertDialog.Title className="font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-sm">{children}</AlertDialog.Description>
          <div className="flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="danger" onClick={onConfirm}>
                {action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
