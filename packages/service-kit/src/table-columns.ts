import { raw, type Sql } from 'sql-template-tag';

export interface TableColumns<Row> {
  /** `first_name, …`, to insert into. */
  names: Sql;
  /** `t.first_name AS "firstName", …`: a row as its Prisma model has it. */
  of: (table: string) => Sql;
  /** `(first_name, …) = ROW (t.first_name, …)`, to update from another row. */
  takenFrom: (table: string) => Sql;
  /** The value of a parameter that `jsonb_populate_recordset` makes rows of the table from. */
  json: (rows: Row[]) => string;
}

/** The columns of a table, by the names of its Prisma model (`Prisma.…ScalarFieldEnum`), whose columns are in snake case. */
export function tableColumns<Row extends object>(model: Record<keyof Row & string, string>): TableColumns<Row> {
  const columns = Object.keys(model).map((field) => ({ field, name: inSnakeCase(field) }));
  const all = (of: (name: string, field: string) => string) =>
    columns.map(({ name, field }) => of(name, field)).join(', ');
  const names = raw(all((name) => name));
  // Begun with all of its properties: to add them one by one takes half as long again.
  const blank = Object.fromEntries(columns.map(({ name }) => [name, null]));
  const inColumns = (row: Row) => {
    const values: Record<string, unknown> = { ...blank };
    for (const { name, field } of columns) values[name] = Reflect.get(row, field);
    return values;
  };
  return {
    names,
    of: (table) => raw(all((name, field) => `${table}.${name} AS "${field}"`)),
    takenFrom: (table) => raw(`(${names.sql}) = ROW (${all((name) => `${table}.${name}`)})`),
    json: (rows) => JSON.stringify(rows.map(inColumns)),
  };
}

function inSnakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
