import { useState } from "react";
import { Button } from "../element/button.tsx";
import { Otherwise } from "./otherwise.tsx";
import { SetPasskey } from "./set-passkey.tsx";
import { SetPassword } from "./set-password.tsx";

interface SetUpProps {
  readonly secret: string;
  readonly onDone: () => void;
}

/** What a one-time link leads to: a password, or a passkey in its place. */
export function SetUp(props: SetUpProps) {
  const [way, setWay] = useState<"password" | "passkey">("password");
  if (way === "password") {
    return (
      <SetPassword
        {...props}
        otherwise={
          <Otherwise passkey hash={`#setup=${props.secret}`}>
            <Button onClick={() => setWay("passkey")}>Use a passkey instead</Button>
          </Otherwise>
        }
      />
    );
  }
  return (
    <SetPasskey
      {...props}
      otherwise={
        <Otherwise>
          <Button onClick={() => setWay("password")}>Use a password instead</Button>
        </Otherwise>
      }
    />
  );
}
