/** What the statements of this folder need of a connection or of a pool: both of `pg`'s fit. */
export interface Queryable {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows its rows, as with pg itself
  query<Row>(statement: {
    /** Prepared once a connection under this name. */
    readonly name?: string;
    readonly text: string;
    values?: unknown[];
  }): Promise<Result<Row>>;
}

export interface Result<Row> {
  rows: Row[];
  rowCount: number | null;
}

/** One statement of `sql/`, and what a row of its result looks like. */
export interface Statement<Row = unknown> {
  readonly name: string;
  readonly text: string;
  /** For the compiler alone: never there. */
  readonly row?: Row;
}

export function execute<Row>(
  connection: Queryable,
  { name, text }: Statement<Row>,
  values: unknown[],
): Promise<Result<Row>> {
  return connection.query<Row>({ name, text, values });
}
