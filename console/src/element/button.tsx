import type { ComponentProps } from "react";

type Kind = "primary" | "plain" | "quiet" | "danger";

const looks: Readonly<Record<Kind, string>> = {
  primary: "border-transparent bg-accent text-on-accent enabled:hover:brightness-110",
  plain: "border-edge bg-panel enabled:hover:bg-raised",
  quiet: "border-transparent text-quiet enabled:hover:bg-raised enabled:hover:text-text",
  danger: "border-bad bg-panel text-bad enabled:hover:bg-bad-ground",
};

interface ButtonProps extends ComponentProps<"button"> {
  readonly kind?: Kind;
  /** what was asked for is under way */
  readonly busy?: boolean;
  /** stands in a line of a table */
  readonly small?: boolean;
}

export function Button({
  kind = "plain",
  busy = false,
  small = false,
  type = "button",
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={busy || disabled}
      aria-busy={busy}
      className={`inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-55 ${small ? "min-h-7 px-2 text-xs" : "min-h-9 px-3 text-sm"} ${looks[kind]}`}
      {...rest}
    />
  );
}
