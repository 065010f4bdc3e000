/** Where a service answers over HTTP. `host` is the machine's own loopback; `%i` in the URL is the instance's name. */
export interface HttpPlace {
  readonly url: string;
  readonly from: "host" | "control";
}

/** What the manifest says of one shared secret that a service verifies. */
export interface Verifying {
  readonly probe?: SecretProbe;
  /** where it tells how often each value was seen */
  readonly report?: HttpPlace;
  /** how long the old value must not have been seen before it is forgotten, milliseconds */
  readonly quiet: number;
}

/** A request that succeeds with the secret and is refused without it. Times in milliseconds. */
export interface SecretProbe extends HttpPlace {
  readonly method: string;
  /** the header that carries the value, behind the scheme where there is one */
  readonly header: string;
  readonly scheme?: string;
  /** of a pair: both go into one value, a token that is signed with them or `KEY:SECRET` */
  readonly as?: "livekit" | "basic";
  readonly body?: { readonly text: string; readonly type: "application/json" | "text/plain" };
  /** statuses that mean accepted; any 2xx where absent */
  readonly passes?: readonly number[];
  readonly refused: readonly number[];
  readonly timeout: number;
  /** how long it is tried while the answer is neither */
  readonly deadline: number;
}

/** What the manifest says of one shared secret that a service presents. */
export interface Presenting {
  /** services that verify it, by the manifest's names */
  readonly to: readonly string[];
  /** where it tells how its calls went */
  readonly report?: HttpPlace;
}

type Fill = (text: string) => string;

export function fillVerifying(verifying: Verifying, fill: Fill): Verifying {
  const { probe, report } = verifying;
  return {
    ...verifying,
    ...(probe === undefined ? {} : { probe: fillPlace(probe, fill) }),
    ...(report === undefined ? {} : { report: fillPlace(report, fill) }),
  };
}

export function fillPresenting(presenting: Presenting, fill: Fill): Presenting {
  const { report } = presenting;
  return { ...presenting, ...(report === undefined ? {} : { report: fillPlace(report, fill) }) };
}

function fillPlace<Place extends HttpPlace>(place: Place, fill: Fill): Place {
  return { ...place, url: fill(place.url) };
}
