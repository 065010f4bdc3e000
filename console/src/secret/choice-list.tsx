/** One line that may be ticked; with a problem it can't be. */
export interface Choice {
  readonly key: string;
  readonly title: string;
  readonly about?: string;
  readonly notices?: readonly string[];
  readonly problem?: string;
  /** there is nothing to choose */
  readonly fixed?: boolean;
  readonly chosen?: boolean;
}

interface ChoiceListProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (key: string) => void;
}

export function ChoiceList({ label, choices, onChoose }: ChoiceListProps) {
  return (
    <ul aria-label={label} className="grid divide-y divide-line rounded-lg border border-line bg-panel">
      {choices.map(({ key, title, about, notices = [], problem, fixed = false, chosen = false }) => (
        <li key={key} className="grid gap-1 px-3 py-2.5 text-sm">
          <label className="flex items-start gap-2.5">
            <input
              type="checkbox"
              checked={chosen}
              disabled={fixed || problem !== undefined}
              onChange={() => onChoose(key)}
              className="mt-0.5 size-4 shrink-0 accent-accent disabled:opacity-40"
            />
            <span className="min-w-0 grow font-mono wrap-anywhere">{title}</span>
          </label>
          {about !== undefined && <p className="pl-6.5 text-quiet wrap-anywhere">{about}</p>}
          {problem !== undefined && <p className="pl-6.5 text-bad wrap-anywhere">{problem}</p>}
          {notices.map((notice) => (
            <p key={notice} className="pl-6.5 text-warn wrap-anywhere">
              {notice}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}
