import type { ReactNode } from "react";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "right";
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/**
 * The first column names the row. On a narrow screen a row becomes a block with the column's title before each value; the
 * roles are written out because such a style takes the table's meaning away.
 */
export function Table<Row>({ caption, columns, rows, rowKey }: TableProps<Row>) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel">
      <table role="table" className="w-full text-left text-sm max-md:block">
        <caption className="sr-only">{caption}</caption>
        <thead role="rowgroup" className="max-md:sr-only">
          <tr role="row" className="border-b border-line">
            {columns.map(({ title, align }) => (
              <th
                key={title}
                role="columnheader"
                scope="col"
                className={`px-3 py-2 text-xs font-medium whitespace-nowrap text-quiet ${sideOf(align)}`}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-md:block">
          {rows.map((row) => (
            <Line key={rowKey(row)} columns={columns} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line<Row>({ columns, row }: { readonly columns: readonly Column<Row>[]; readonly row: Row }) {
  return (
    <tr
      role="row"
      className="border-b border-line last:border-b-0 hover:bg-ground max-md:grid max-md:gap-1 max-md:px-3 max-md:py-3"
    >
      {columns.map(({ title, cell, align }, index) =>
        index === 0 ? (
          <th
            key={title}
            role="rowheader"
            scope="row"
            className="px-3 py-2 align-top font-medium max-md:p-0 max-md:text-base"
          >
            {cell(row)}
          </th>
        ) : (
          <td
            key={title}
            role="cell"
            className={`px-3 py-2 align-top max-md:flex max-md:gap-3 max-md:p-0 ${sideOf(align)}`}
          >
            <span aria-hidden className="hidden w-24 shrink-0 text-quiet max-md:inline">
              {title}
            </span>
            <span className="min-w-0 max-md:wrap-anywhere">{cell(row)}</span>
          </td>
        ),
      )}
    </tr>
  );
}

function sideOf(align: "right" | undefined): string {
  return align === "right" ? "md:text-right" : "";
}
