import type { ReactNode } from "react";
import { findHindrance } from "../api/authenticator.ts";
import { OtherAddress } from "../element/other-address.tsx";

interface OtherwiseProps {
  /** takes the browser to make or use a passkey, which not every address can */
  readonly passkey?: boolean;
  /** behind the address where passkeys work */
  readonly hash?: string;
  readonly children: ReactNode;
}

/** The other way in, below the form; in its place why there is none here. */
export function Otherwise({ passkey = false, hash, children }: OtherwiseProps) {
  const hindrance = passkey ? findHindrance() : undefined;
  if (hindrance !== undefined) return <OtherAddress hindrance={hindrance} hash={hash} />;
  return (
    <div className="grid gap-4">
      <div aria-hidden className="flex items-center gap-3 text-xs text-quiet">
        <span className="h-px grow bg-line" />
        or
        <span className="h-px grow bg-line" />
      </div>
      {children}
    </div>
  );
}
