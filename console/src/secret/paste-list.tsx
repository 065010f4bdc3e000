import type { Previewed } from "../api/secret.ts";
import type { Schemas } from "../api/schema.ts";
import { Badge } from "../element/badge.tsx";
import { Notice } from "../element/notice.tsx";
import type { Tone } from "../element/tone.ts";

interface PasteListProps extends Pick<Schemas["ImportPreview"], "values" | "unknown" | "findings"> {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (name: string) => void;
}

/** By name: what a save would do. Values stand nowhere here. */
export function PasteList({ values, unknown, findings, chosen, onChoose }: PasteListProps) {
  return (
    <>
      {findings.length > 0 && (
        <Notice tone="warn" title="Not all of it could be read">
          <ul className="list-disc pl-5">
            {findings.map(({ message, position }, index) => (
              <li key={index}>
                {message}
                {position !== undefined && `, line ${position.line}`}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {values.length === 0 ? (
        <Notice tone="warn" title="No contract of this platform asks for a name in it" />
      ) : (
        <ul
          aria-label="What a save would do"
          className="grid divide-y divide-line rounded-lg border border-line bg-panel"
        >
          {values.map((one) => (
            <Row key={one.name} value={one} chosen={chosen.has(one.name)} onChoose={() => onChoose(one.name)} />
          ))}
        </ul>
      )}
      {unknown.length > 0 && (
        <p className="text-sm text-quiet wrap-anywhere">
          In no contract, left alone: <span className="font-mono text-xs">{unknown.join(", ")}</span>
        </p>
      )}
    </>
  );
}

const tones: Readonly<Record<Previewed["kind"], Tone>> = {
  new: "good",
  changed: "warn",
  unchanged: "plain",
  refused: "bad",
};

interface RowProps {
  readonly value: Previewed;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Row({ value, chosen, onChoose }: RowProps) {
  const { name, kind } = value;
  const open = kind === "new" || kind === "changed";
  return (
    <li className="grid gap-1 px-3 py-2.5 text-sm">
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          checked={chosen}
          disabled={!open}
          onChange={onChoose}
          className="mt-0.5 size-4 shrink-0 accent-accent disabled:opacity-40"
        />
        <span className="min-w-0 grow font-mono wrap-anywhere">{name}</span>
        {"present" in value && value.present !== undefined && kind === "changed" && (
          <span className="whitespace-nowrap text-quiet">follows v{value.present.number}</span>
        )}
        <Badge tone={tones[kind]}>{kind}</Badge>
      </label>
      {"reason" in value && <p className="pl-6.5 text-bad wrap-anywhere">{value.reason}</p>}
      {"notices" in value &&
        value.notices.map((notice) => (
          <p key={notice} className="pl-6.5 text-warn wrap-anywhere">
            {notice}
          </p>
        ))}
    </li>
  );
}
