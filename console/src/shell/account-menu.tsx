import { DropdownMenu } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { useLogOut, useMe } from "../api/session.ts";
import { keepTheme, readTheme, themes, type Theme } from "./theme.ts";

const item =
  "flex min-h-9 cursor-default items-center rounded px-2.5 text-sm outline-none select-none data-highlighted:bg-raised";

/** Who is logged in, how it looks to them, and the way out. */
export function AccountMenu() {
  const { name } = useMe();
  const { mutate: logOut } = useLogOut();
  const [shown, setShown] = useState(false);
  return (
    <>
      <Menu name={name} onPasskeys={() => setShown(true)} onLogOut={logOut} />
      {shown && (
        <Suspense>
          <Passkeys onClose={() => setShown(false)} />
        </Suspense>
      )}
    </>
  );
}

const Passkeys = lazy(async () => ({ default: (await import("../account/passkeys.tsx")).Passkeys }));

interface MenuProps {
  readonly name: string;
  readonly onPasskeys: () => void;
  /** of all sessions, or of this one */
  readonly onLogOut: (all: boolean) => void;
}

function Menu({ name, onPasskeys, onLogOut }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={`Account ${name}`}
        className="flex min-h-9 min-w-0 items-center gap-2 rounded-md px-2.5 text-left text-sm hover:bg-raised data-[state=open]:bg-raised"
      >
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-raised text-xs font-semibold uppercase"
        >
          {name.slice(0, 1)}
        </span>
        <span className="truncate max-md:hidden">{name}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          className="z-20 min-w-52 rounded-lg border border-line bg-panel p-1 shadow-lg"
        >
          <DropdownMenu.Label className="px-2.5 py-1.5 text-xs text-quiet">Logged in as {name}</DropdownMenu.Label>
          <ThemeChoice />
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={item} onSelect={onPasskeys}>
            Passkeys
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} onSelect={() => onLogOut(false)}>
            Log out
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} onSelect={() => onLogOut(true)}>
            Log out everywhere
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const titles: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

function ThemeChoice() {
  const [theme, setTheme] = useState(readTheme);
  const choose = (chosen: string): void => {
    const next = themes.find((one) => one === chosen) ?? "system";
    keepTheme(next);
    setTheme(next);
  };
  return (
    <DropdownMenu.RadioGroup value={theme} onValueChange={choose} aria-label="Theme">
      {themes.map((one) => (
        <DropdownMenu.RadioItem
          key={one}
          value={one}
          className={`${item} justify-between gap-4`}
          onSelect={(event) => event.preventDefault()}
        >
          {titles[one]}
          <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
