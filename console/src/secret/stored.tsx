import { Notice } from "../element/notice.tsx";

/** What became of one value. */
interface Put {
  readonly kind: string;
  /** of a value that was there already the number alone */
  readonly version?: { readonly name: string; readonly number: number } | number;
  readonly name?: string;
  readonly reason?: string;
  readonly ungranted?: readonly string[];
}

/** What became of each value, and what is still to be done so that services get it. */
export function Stored({ values }: { readonly values: readonly Put[] }) {
  const made = values.filter(({ kind }) => kind === "stored" || kind === "generated").length;
  return (
    <>
      <Notice tone={made === 0 ? "plain" : "good"} title={titleText(made)}>
        {made > 0 && "Services get new versions with the next apply."}
      </Notice>
      <ul aria-label="What became of each" className="grid gap-1.5 text-sm">
        {values.map((one) => (
          <li key={titleOf(one)} className="flex flex-wrap gap-x-3">
            <span className="font-mono wrap-anywhere">{titleOf(one)}</span>
            <span className={`wrap-anywhere ${one.reason === undefined ? "text-quiet" : "text-bad"}`}>
              {one.reason ?? one.kind}
            </span>
            {one.ungranted !== undefined && one.ungranted.length > 0 && (
              <span className="text-warn wrap-anywhere">asked for, not granted: {one.ungranted.join(", ")}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function titleText(made: number): string {
  if (made === 0) return "Nothing changed";
  return made === 1 ? "1 new version" : `${made} new versions`;
}

function titleOf({ name, version }: Put): string {
  if (typeof version === "object") return `${version.name} v${version.number}`;
  return version === undefined ? (name ?? "") : `${name ?? ""} v${version}`;
}
